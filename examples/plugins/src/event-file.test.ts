import { expect, it } from 'vitest';
import { crc32c, eventRecord } from './event-file.js';
import type { LogEntry } from './event-file.js';

it('has the checksum of RFC 3720, appendix B.4', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, at) => at))).toBe(0x46dd794e);
});

// The bytes are those of TensorBoard's own writer: event-file.golden.py.
it.each<[string, number, LogEntry, string]>([
  [
    'the version',
    1700000000.25,
    { version: 'brain.Event:2' },
    'GAAAAAAAAACjf0siCQAAEED8VNlBGg1icmFpbi5FdmVudDoyM40v6Q==',
  ],
  ['a restart', 1700000001.5, { restart: 301 }, 'EAAAAAAAAACV+/4YCQAAYED8VNlBEK0COgIIARGHJ98='],
  [
    'scalars of step 0',
    1700000002,
    { step: 0, scalars: { loss: 2.5 } },
    'GAAAAAAAAACjf0siCQAAgED8VNlBKg0KCwoEbG9zcxUAACBA8Sd+OQ==',
  ],
  [
    'scalars of a later step',
    1700000003,
    { step: 70000, scalars: { loss: 0.1, rate: -1e-7 } },
    'KQAAAAAAAAA3/18ACQAAwED8VNlBEPCiBCoaCgsKBGxvc3MVzczMPQoLCgRyYXRlFZW/1rOE9uKq',
  ],
])('writes %s as TensorBoard does', (_, wallTime, entry, golden) => {
  expect(eventRecord(wallTime, entry).toString('base64')).toBe(golden);
});
