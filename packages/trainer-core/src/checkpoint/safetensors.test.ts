import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { StoredTensor } from './safetensors.js';
import type { SnapshotJson } from './snapshot-json.js';

/** A file with this header, whatever it is, and so many bytes of data. */
function fileOf(header: unknown, data = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const refusal = (bytes: Uint8Array): unknown => {
  try {
    decodeSafetensors(bytes, 'test');
    return undefined;
  } catch (error) {
    return error;
  }
};
const damaged = expect.objectContaining({ code: 'TRAINER_CHECKPOINT_DAMAGED' }) as unknown;
const tensor = (shape: unknown, data_offsets: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets,
});
/** How many cases; a long run sets EVENKEEL_FUZZ_RUNS. */
const numRuns = Number(process.env.EVENKEEL_FUZZ_RUNS ?? 300);

describe('a safetensors file from anywhere', () => {
  it.each([
    ['a null header', 'null', /not a JSON object/],
    ['a list', '[]', /not a JSON object/],
    ['a number', '1', /not a JSON object/],
    ['deep nesting', '['.repeat(100_000), /not JSON/],
    ['a null entry', { a: null }, /entry of tensor 'a' is not an object/],
    ['metadata of numbers', { __metadata__: { a: 1 } }, /not an object of texts/],
    ['a type by inheritance', { a: tensor([], [0, 0], 'toString') }, /unknown type 'toString'/],
    ['a negative size', { a: tensor([-1], [0, 4]) }, /does not fit its shape/],
    ['a size beyond exactness', { a: tensor([2 ** 60, 2 ** 60, 0], [0, 0]) }, /does not fit its shape/],
  ])('is refused by a coded error for %s', (_what, header, text) => {
    expect(refusal(fileOf(header))).toEqual(damaged);
    expect(String(refusal(fileOf(header)))).toMatch(text);
  });

  it('is refused where tensors overlap, before any is read: small files stay small in memory', () => {
    const size = 1 << 20;
    const entries = Array.from({ length: 1000 }, (_, at) => [`t${at}`, tensor([size / 4], [0, size])]);
    const before = process.memoryUsage().arrayBuffers;
    expect(String(refusal(fileOf(Object.fromEntries(entries), size)))).toMatch(
      /'t1' begins at byte 0.*end to end/s,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * size);
  });

  it('is refused where bytes are nobody’s', () => {
    expect(String(refusal(fileOf({ a: tensor([1], [0, 4]) }, 8)))).toMatch(/have 4 bytes, the file has 8/);
    expect(String(refusal(fileOf({ a: tensor([1], [4, 8]) }, 8)))).toMatch(/begins at byte 4.*expected 0/);
  });

  it('is read or refused by a coded error, never anything else', () => {
    const offsets = fc.oneof(fc.tuple(fc.nat(40), fc.nat(40)), fc.anything());
    const entry = fc.oneof(
      fc.record({
        dtype: fc.oneof(fc.constantFrom('F32', 'F64', 'I32'), fc.string()),
        shape: fc.oneof(fc.array(fc.nat(4), { maxLength: 3 }), fc.anything()),
        data_offsets: offsets,
      }),
      fc.anything(),
    );
    const header = fc.oneof(fc.dictionary(fc.string(), entry), fc.json(), fc.string());
    fc.assert(
      fc.property(header, fc.nat(64), (given, data) => {
        let text: unknown;
        try {
          text = typeof given === 'string' ? given : (JSON.stringify(given) ?? '');
        } catch {
          text = ''; // fast-check makes bigints, too
        }
        const error = refusal(fileOf(text, data));
        if (error !== undefined) expect(error).toEqual(damaged);
      }),
      { numRuns },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const error = refusal(bytes);
        if (error !== undefined) expect(error).toEqual(damaged);
      }),
      { numRuns },
    );
  });

  it('is refused with any byte of its header changed, or means the same', () => {
    const whole = encodeSafetensors(
      new Map<string, StoredTensor>([
        ['a', { shape: [2, 1], data: Float32Array.of(1, 2) }],
        ['b', { shape: [0], data: new Int32Array() }],
      ]),
      { text: 'x' },
    );
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const bytes = whole.slice();
        bytes[at] ^= change;
        const error = refusal(bytes);
        if (error !== undefined) expect(error).toEqual(damaged);
      }),
      { numRuns },
    );
  });
});

const RUN = {
  position: { epoch: 1, batch: 1, step: 4 },
  lossSum: 1,
  examples: 8,
  learningRate: 0.1,
  logged: { pull: [0.5, 2] },
  history: [{ epoch: 0, loss: 1, learningRate: 0.1 }],
  clock: { training: 1, all: 1, images: 1 },
};
const JSON_PART = {
  run: RUN,
  identity: {},
  evaluationWeights: { w: 'w/average' },
  api: '2.0.0',
  plugins: [],
  states: [{ plugin: 'p', key: 'k', version: 1, value: { $number: 'NaN' } }],
  streams: { s: 3 },
};
const TENSORS = new Map([['variables/w/average', { shape: [1], data: new Float32Array(1) }]]);
const forged = (json: unknown) => encodeCheckpoint({ tensors: TENSORS, json: json as SnapshotJson });

/** The same as a file of version 1; its checksum does not cover the version. */
async function forgedOld(json: unknown): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await forged(json), 'test');
  return encodeSafetensors(tensors, { ...metadata, version: '1' });
}

describe('a checkpoint whose checksum fits', () => {
  it('is read when a trainer could have written it, with fields of later versions too', async () => {
    const json = { ...JSON_PART, later: 1 };
    expect((await decodeCheckpoint(await forged(json), 'test')).json).toEqual(json);
  });

  it('is read in version 1 without what version 2 added, and checked there too', async () => {
    const { logged, ...run } = RUN;
    const { evaluationWeights, ...old } = { ...JSON_PART, run };
    expect([logged, evaluationWeights]).not.toContain(undefined);
    expect(await decodeCheckpoint(await forgedOld(old), 'test')).toMatchObject({ json: old, version: 1 });
    await expect(decodeCheckpoint(await forged(old), 'test')).rejects.toThrow(/DAMAGED.*'logged': expected/s);
    const strange = { ...old, streams: { a: 'x' } };
    await expect(decodeCheckpoint(await forgedOld(strange), 'test')).rejects.toThrow(/DAMAGED.*'streams'/s);
  });

  const run = (change: object) => ({ ...JSON_PART, run: { ...RUN, ...change } });
  it.each([
    ['nothing', null, /expected an object/],
    [
      'a far position',
      run({ position: { epoch: 1e9, batch: 0, step: 4 } }),
      /no batch 0 of epoch 1000000000/,
    ],
    [
      'a position of texts',
      run({ position: { epoch: '1', batch: 0, step: 4 } }),
      /'run': 'position': 'epoch'/,
    ],
    ['a position without steps', run({ position: { epoch: 9, batch: 0, step: 90 } }), /its history has 1/],
    ['a history in disorder', run({ history: [{ epoch: 5, loss: 1, learningRate: 1 }] }), /has epoch 5/],
    ['an evaluation to come', run({ evaluatedAt: 5 }), /after 5 of 4 steps/],
    ['sums without their steps', run({ logged: { pull: [1] } }), /'logged': item 0: expected a sum/],
    ['averages that are lost', { ...JSON_PART, evaluationWeights: { w: 'v' } }, /no array 'variables\/v'/],
    ['no history', run({ history: null }), /'history': expected a list/],
    ['states without version', { ...JSON_PART, states: [{ plugin: 'a', key: 'b', value: 1 }] }, /'version'/],
    ['streams of texts', { ...JSON_PART, streams: { a: 'x' } }, /'streams': item 0/],
    [
      'an array that is not there',
      { ...JSON_PART, states: [{ plugin: 'a', key: 'b', version: 1, value: { $array: 'gone' } }] },
      /no array 'gone'/,
    ],
    [
      'depth',
      { ...JSON_PART, identity: JSON.parse('{"a":'.repeat(1000) + '1' + '}'.repeat(1000)) as unknown },
      /deep in one another/,
    ],
  ])('is refused by a coded error with %s', async (_what, json, text) => {
    await expect(decodeCheckpoint(await forged(json), 'test')).rejects.toMatchObject({
      code: 'TRAINER_CHECKPOINT_DAMAGED',
      message: expect.stringMatching(text) as string,
    });
  });

  it('is read or refused by a coded error, whatever it says', async () => {
    const any = fc.oneof(fc.jsonValue(), fc.constant({ $array: 'x' }));
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record(
        Object.fromEntries(
          Object.entries(JSON_PART).map(([key, value]) => [key, fc.oneof(fc.constant(value), any)]),
        ),
      ),
      fc
        .record(
          Object.fromEntries(
            Object.entries(RUN).map(([key, value]) => [key, fc.oneof(fc.constant(value), any)]),
          ),
        )
        .map(run),
    );
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        const error: unknown = await decodeCheckpoint(await forged(value), 'test').catch((e: unknown) => e);
        if (error instanceof Error) expect(error).toEqual(damaged);
      }),
      { numRuns },
    );
  });
});
