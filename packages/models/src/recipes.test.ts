import { fakeScope, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { ldamRecipe, quickRecipe } from './recipes.js';

beforeAll(useCpuBackend);

const at = (epoch: number, epochs: number, batch = 0) => ({ epoch, batch, batchesPerEpoch: 10, epochs });

describe('recipes', () => {
  it('ldamRecipe has the published learning rates', () => {
    const { schedule, epochs, batchSize } = ldamRecipe();
    const rates = [0, 4, 5, 159, 160, 180, 199].map((epoch) => schedule.learningRate(at(epoch, epochs)));
    [0.02, 0.1, 0.1, 0.1, 1e-3, 1e-5, 1e-5].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    expect([epochs, batchSize]).toEqual([200, 128]);
  });

  it('ldamRecipe starts the classifier from Kaiming normal, its bias as PyTorch does', () => {
    const scope = fakeScope();
    const { classifier } = ldamRecipe();
    expect(classifier.name).toBe('linear (Kaiming normal)');
    expect(classifier.build(scope, 64, 200).outputSize).toBe(200);
    const [kernel, bias] = ['kernel', 'bias'].map((name) => [...scope.get(name).dataSync<'float32'>()]);
    // 12,800 draws of N(0, 2/64): standard errors of mean and deviation are 0.0016 and 0.0011.
    const mean = kernel.reduce((sum, value) => sum + value, 0) / kernel.length;
    const variance = kernel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kernel.length;
    expect(Math.abs(mean)).toBeLessThan(0.006);
    expect(Math.abs(Math.sqrt(variance) - Math.sqrt(2 / 64))).toBeLessThan(0.005);
    // Of a normal distribution 0.27 % lie beyond three deviations; of a uniform one nothing beyond 1.73.
    const beyond = kernel.filter((value) => Math.abs(value) > 3 * Math.sqrt(2 / 64)).length;
    expect(beyond / kernel.length).toBeGreaterThan(0.001);
    expect(beyond / kernel.length).toBeLessThan(0.005);
    expect(Math.max(...bias.map(Math.abs))).toBeLessThanOrEqual(1 / 8);
    expect(Math.max(...bias.map(Math.abs))).toBeGreaterThan(0.12);
    scope.dispose();
  });

  it('quickRecipe leaves the classifier to the trainer', () => {
    expect(quickRecipe()).not.toHaveProperty('classifier');
    const { batchSize, optimizer } = ldamRecipe();
    expect(quickRecipe()).toMatchObject({ name: 'quick', epochs: 10, batchSize });
    expect(quickRecipe().optimizer.name).toBe(optimizer.name);
  });

  it('quickRecipe rises to its peak and falls to nothing within its budget', () => {
    const { schedule, epochs } = quickRecipe({ epochs: 4, peak: 0.2 });
    const rates = Array.from({ length: 40 }, (_, step) =>
      schedule.learningRate(at(Math.floor(step / 10), epochs, step % 10)),
    );
    expect(Math.max(...rates)).toBeCloseTo(0.2, 6);
    expect(rates[0]).toBeCloseTo(0.2 / 25, 12);
    expect(rates[39]).toBeLessThan(1e-6);
  });

  it('quickRecipe refuses a peak that is no learning rate', () => {
    expect(() => quickRecipe({ peak: 0 })).toThrow(/'peak'/);
  });
});
