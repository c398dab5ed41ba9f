import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StateValue } from '../contract/plugin.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';
import type { StoredTensor } from './safetensors.js';
import { packState, unpackState } from './state-codec.js';

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.string(),
  fc.double(),
  fc.float32Array().map((values) => values),
  fc.float64Array(),
  fc.int32Array(),
);
const state = fc.letrec<{ value: StateValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf as fc.Arbitrary<StateValue>,
    fc.array(tie('value')),
    fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => key !== '__proto__'),
      tie('value'),
    ),
  ),
})).value;

describe('plain data', () => {
  it('comes back from a file exactly, typed arrays, NaN and -0 included', () => {
    fc.assert(
      fc.property(state, (value) => {
        const tensors = new Map<string, StoredTensor>();
        const text = JSON.stringify(packState(value, 's', tensors));
        const read = decodeSafetensors(encodeSafetensors(tensors, { text }), 'test');
        expect(unpackState(JSON.parse(read.metadata.text), read.tensors)).toEqual(value);
      }),
    );
  });
});

it('refuses a state that lies too deep to be read again', () => {
  const deep = (levels: number): StateValue => (levels === 0 ? 1 : [deep(levels - 1)]);
  expect(packState(deep(500), 's', new Map())).toEqual(deep(500));
  expect(() => packState(deep(501), 's', new Map())).toThrow(/TRAINER_STATE_NOT_PLAIN.*500 deep/s);
});

describe('safetensors', () => {
  it('has the published layout', () => {
    const bytes = encodeSafetensors(new Map([['w', { shape: [2], data: Float32Array.of(1, -2) }]]), {
      a: 'b',
    });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      __metadata__: { a: 'b' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect(Array.from(bytes.subarray(8 + length))).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
  });

  it('refuses what it does not know', () => {
    const bytes = encodeSafetensors(new Map([['w', { shape: [1], data: Float32Array.of(1) }]]), {});
    const text = new TextDecoder('latin1').decode(bytes).replace('"F32"', '"F16"');
    const other = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    expect(() => decodeSafetensors(other, 'test')).toThrow(/TRAINER_CHECKPOINT_DAMAGED.*'w'.*'F16'/s);
  });
});
