import { smallResNet } from '@evenkeel/models';
import { createTrainer, memoryCheckpoints } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { METHOD_NAMES, methodOf } from './methods.js';
import { epochsOf, recipeOf } from './recipe-of.js';
import { readGridSettings } from './settings.js';
import { squares } from './squares.fixture.js';

const settingsOf = (recipe: string) => readGridSettings(['--recipe', recipe]);

/** What a method's trainer says of its classifier. */
function classifierUnder(recipe: string, name: string): string {
  const method = methodOf(name);
  const trainer = createTrainer({
    data: squares(),
    model: smallResNet(),
    ...recipeOf(method, settingsOf(recipe)),
    ...method.options({ from: memoryCheckpoints(), onChosen: () => undefined }),
  });
  return trainer
    .explain()
    .split('\n')
    .find((line) => line.trim().startsWith('CLASSIFIER'))!
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('recipeOf', () => {
  it.each(METHOD_NAMES)('gives %s one classifier under both recipes', (name) => {
    const isPlain = /^(?!ldam-drw$|ncm$|lws$)/.test(name);
    const isFirst = methodOf(name).base === undefined;
    if (isPlain) expect(classifierUnder('quick', name)).toBe('CLASSIFIER linear (default)');
    else expect(classifierUnder('quick', name)).not.toBe('CLASSIFIER linear (default)');
    if (isPlain && isFirst) {
      expect(classifierUnder('ldam', name)).toBe('CLASSIFIER linear (Kaiming normal) (options)');
    } else {
      expect(classifierUnder('ldam', name)).toBe(classifierUnder('quick', name));
    }
  });

  it('has one recipe for both stages of ImageNet-LT, its cosine starting again', () => {
    const settings = readGridSettings(['--data', 'imagenet-lt', '--recipe', 'imagenet-lt']);
    for (const [name, epochs] of [
      ['ce', 90],
      ['crt', 10],
    ] as const) {
      const { batchSize, schedule } = recipeOf(methodOf(name), settings);
      const rate = (epoch: number) =>
        schedule!.learningRate({ epoch, batch: 0, batchesPerEpoch: 10, epochs });
      expect(epochsOf(methodOf(name), settings)).toBe(epochs);
      expect([batchSize, rate(0)]).toEqual([512, 0.2]);
      expect(rate(epochs / 2)).toBeCloseTo(0.1, 12);
    }
  });

  it('keeps the published rates for first stages, and a separate budget for second ones', () => {
    const ldam = settingsOf('ldam');
    const [ce, crt] = ['ce', 'crt'].map(methodOf);
    expect([epochsOf(ce, ldam), epochsOf(crt, ldam)]).toEqual([200, 10]);
    expect(epochsOf(crt, { ...ldam, epochs: 3 })).toBe(3);
    const rate = (method: typeof ce, epoch: number, epochs: number) =>
      recipeOf(method, ldam).schedule!.learningRate({ epoch, batch: 0, batchesPerEpoch: 10, epochs });
    expect(rate(ce, 170, 200)).toBeCloseTo(1e-3, 12);
    expect(rate(crt, 0, 10)).toBeCloseTo(0.1 / 25, 12);
  });
});
