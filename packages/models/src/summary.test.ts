import { expectNoLeak, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cifarResNet, resnet32, smallResNet, summary } from './index.js';

beforeAll(useCpuBackend);

describe('summary', () => {
  it('counts the 464,154 parameters of ResNet-32, together with a linear classifier of 10 classes', () => {
    const { name, features, parameters, multiplyAdds } = summary(resnet32(), [32, 32, 3]);
    expect([name, features]).toEqual(['resnet32', 64]);
    expect(parameters + features * 10 + 10).toBe(464_154);
    // 3×3 kernels on 32², 16² and 8² pixels.
    const [one, two, three] = [10 * 16 * 16, 16 * 32 + 9 * 32 * 32, 32 * 64 + 9 * 64 * 64];
    expect(multiplyAdds).toBe(9 * ((3 * 16 + one) * 32 ** 2 + two * 16 ** 2 + three * 8 ** 2));
  });

  // He et al., 2015, table 6 gives 0.27 M, 0.66 M and 0.85 M parameters for depths 20, 44 and 56 with 10 classes.
  it.each([
    [20, 0.27],
    [44, 0.66],
    [56, 0.85],
  ])('finds as many parameters at depth %d as He et al.', (depth, millions) => {
    const { parameters } = summary(cifarResNet({ depth }), [4, 4, 3]);
    expect((parameters + 650) / 1e6).toBeCloseTo(millions, 2);
  });

  it('keeps the small network small: 2.5 million multiply-adds for a 28×28 image, 9.2 with a stem of stride 1', () => {
    const small = summary(smallResNet(), [28, 28, 1]);
    expect([small.features, small.multiplyAdds]).toEqual([64, 2_493_504]);
    const large = summary(smallResNet({ stemStride: 1 }), [28, 28, 1]);
    expect(large.multiplyAdds).toBe(
      9 * (16 * 28 ** 2 + 2 * 16 * 16 * 28 ** 2 + 3 * 16 * 32 * 14 ** 2 + 3 * 32 * 64 * 7 ** 2),
    );
  });

  it('lists the layers in order, with their shapes', () => {
    const { layers, parameters } = summary(cifarResNet({ depth: 8, width: 2 }), [8, 8, 3]);
    expect(layers.length).toBe(14);
    expect(layers[0]).toEqual({
      name: 'stem/conv',
      outputShape: [8, 8, 2],
      parameters: 54,
      multiplyAdds: 54 * 64,
    });
    expect(layers[1]).toEqual({ name: 'stem/norm', outputShape: [8, 8, 2], parameters: 4, multiplyAdds: 0 });
    expect(layers[6]).toEqual({
      name: 'stage2/block0/conv1',
      outputShape: [4, 4, 4],
      parameters: 72,
      multiplyAdds: 72 * 16,
    });
    expect(layers.reduce((sum, layer) => sum + layer.parameters, 0)).toBe(parameters);
  });

  it('leaves no tensor behind', () => {
    expectNoLeak(() => void summary(cifarResNet({ depth: 8, width: 2 }), [8, 8, 3]));
  });
});
