import { smallResNet } from '@evenkeel/models';
import { createTrainer, memoryCheckpoints } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { compositionOf } from './cell-identity.js';
import { METHOD_NAMES, methodOf } from './methods.js';
import { squares } from './squares.fixture.js';

const optionsOf = (name: string) =>
  methodOf(name).options({ from: memoryCheckpoints(), onChosen: () => undefined });

describe('methods', () => {
  it.each(METHOD_NAMES)('%s is a trainer, described in a sentence, on a method that trains', (name) => {
    const { base, summary } = methodOf(name);
    const trainer = createTrainer({ data: squares(), model: smallResNet(), ...optionsOf(name) });
    expect(trainer.explain()).toContain('SAMPLER');
    expect(summary.length).toBeGreaterThan(5);
    if (base) expect(methodOf(base).base).toBeUndefined();
  });

  it('differ in what they are made of', () => {
    const made = METHOD_NAMES.map((name) => [methodOf(name).base, ...compositionOf(optionsOf(name))].join());
    // Without embedded batches the prior of the sampler is that of the data: balanced softmax is logit adjustment.
    expect(new Set(made).size).toBe(METHOD_NAMES.length);
  });

  it('embeds square-root batches where balanced ones are asked for', () => {
    const trainer = createTrainer({
      data: squares(),
      model: smallResNet(),
      ...optionsOf('whiten+sqrt+bet+la'),
    });
    expect(trainer.explain()).toContain('instance-balanced with interpolated (q = 0.5) embedded');
  });
});
