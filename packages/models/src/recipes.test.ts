import { describe, expect, it } from 'vitest';
import { ldamRecipe, quickRecipe } from './recipes.js';

const at = (epoch: number, epochs: number, batch = 0) => ({ epoch, batch, batchesPerEpoch: 10, epochs });

describe('recipes', () => {
  it('ldamRecipe has the published learning rates', () => {
    const { schedule, epochs, batchSize } = ldamRecipe();
    const rates = [0, 4, 5, 159, 160, 180, 199].map((epoch) => schedule.learningRate(at(epoch, epochs)));
    [0.02, 0.1, 0.1, 0.1, 1e-3, 1e-5, 1e-5].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    expect([epochs, batchSize]).toEqual([200, 128]);
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
