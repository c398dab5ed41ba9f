import { describe, expect, it } from 'vitest';
import { createRandom } from '../../random/random-stream.js';
import { filled, heNormal, ones, uniform, zeros } from './initializers.js';

const random = (name = 'test') => createRandom(1, name);

/** Root of the mean square. */
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe('initializers', () => {
  it('fill with a value', () => {
    expect([...zeros()([2, 2], random())]).toEqual([0, 0, 0, 0]);
    expect([...ones()([3], random())]).toEqual([1, 1, 1]);
    expect([...filled(-2.5)([], random())]).toEqual([-2.5]);
  });

  it('uniform fills the whole range and nothing else', () => {
    const values = uniform(0.25)([100, 100], random());
    expect(Math.max(...values)).toBeLessThanOrEqual(0.25);
    expect(Math.max(...values)).toBeGreaterThan(0.249);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.25);
    expect(Math.min(...values)).toBeLessThan(-0.249);
    expect(deviation(values)).toBeCloseTo(0.25 / Math.sqrt(3), 2);
  });

  // PyTorch: kaiming_normal_ has std sqrt(2 / fan), fan = receptive field times channels.
  it.each([
    ['dense in', [50, 400], undefined, Math.sqrt(2 / 50)],
    ['dense out', [50, 400], 'out', Math.sqrt(2 / 400)],
    ['convolution in', [3, 3, 16, 64], 'in', Math.sqrt(2 / (9 * 16))],
    ['convolution out', [3, 3, 16, 64], 'out', Math.sqrt(2 / (9 * 64))],
  ] as const)('heNormal: %s', (_name, shape, fan, expected) => {
    const values = heNormal(fan === undefined ? {} : { fan })(shape, random());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((4 * expected) / Math.sqrt(values.length));
    expect(Math.abs(deviation(values) / expected - 1)).toBeLessThan(4 / Math.sqrt(2 * values.length));
  });

  it('draw from the given stream only', () => {
    expect(heNormal()([4, 4], random('a'))).toEqual(heNormal()([4, 4], random('a')));
    expect(heNormal()([4, 4], random('a'))).not.toEqual(heNormal()([4, 4], random('b')));
  });

  it('heNormal refuses vectors', () => {
    expect(() => heNormal()([64], random())).toThrow(/TRAINER_OPTION_NO_FAN.*received \[64\]/);
  });
});
