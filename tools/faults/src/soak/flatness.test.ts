import { expect, it } from 'vitest';
import { growthIn } from './flatness.js';
import type { Sample } from './sample.js';

const flat = { tensors: 40, buffers: 40, handles: 50, graphs: 3, files: 20, resources: 2 };
const memory = { resident: 300, heap: 40, wasm: 16 };
const samples = (at: (place: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: 100 }, (_, step) => ({ step, ...flat, ...memory, ...at(step) }));

it('finds what grows after the beginning, and nothing else', () => {
  expect(growthIn(samples(() => ({})))).toEqual([]);
  expect(growthIn(samples((step) => (step < 19 ? { tensors: step, resident: 100 } : {})))).toEqual([]);
  expect(growthIn(samples((step) => (step === 60 ? { tensors: 41 } : {})))).toEqual(['tensors: 40, 41']);
  expect(growthIn(samples((step) => ({ handles: 50 + Math.floor(step / 50) })))).toEqual(['handles: 50, 51']);
  expect(growthIn(samples((step) => ({ resident: 300 + step / 2 })))).toEqual([
    'resident: 315.0 to 345.0 MB',
  ]);
  // A single high sample is a collection that comes later.
  expect(growthIn(samples((step) => (step === 99 ? { resident: 500 } : {})))).toEqual([]);
  expect(growthIn(samples((step) => ({ wasm: step > 90 ? 32 : 16 })))).toEqual([]);
  expect(growthIn(samples((step) => ({ wasm: step > 80 ? 32 : 16 })))).toEqual(['wasm: 16.0 to 32.0 MB']);
});
