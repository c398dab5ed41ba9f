import { defineOptions, having } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { classBalanced, definePlugin, SAMPLER } from '@evenkeel/trainer-core';
import type { SamplerDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { fromSpec, isBeforeClassifier, refusal, stageNames, startFrom } from './first-stage.js';
import type { SecondStageOptions } from './first-stage.js';

/** Options of a second stage that trains. */
export interface RetrainingOptions extends SecondStageOptions {
  /** Which batches it trains on; default class-balanced. */
  readonly sampler?: SamplerDefinition;
}

/** What each option of a second stage that trains may be. */
export const retrainingSpec = {
  ...fromSpec,
  sampler: having<SamplerDefinition>('a sampler', 'name', 'build').default(classBalanced(), 'class-balanced'),
} satisfies SpecOf<RetrainingOptions>;

/** The options of `cRT`. */
export const cRTOptions = defineOptions('cRT', refusal, retrainingSpec);

/**
 * cRT, classifier re-training: the backbone of the first stage, frozen with its running statistics, and a fresh classifier, trained
 * on class-balanced batches. Throws `DECOUPLE_NO_FIRST_STAGE`; the trainer throws what `fromCheckpoint` does. Source: Kang et
 * al., "Decoupling Representation and Classifier for Long-Tailed Recognition", ICLR 2020.
 *
 * @example
 * const stage = cRT({ from: checkpointFile('runs/ce') });
 * const trainer = createTrainer({ data, model, schedule: cosine({ base: 0.1 }), plugins: [stage], seed: 1 });
 * await trainer.fit({ epochs: 10 });
 */
export function cRT(options: RetrainingOptions): TrainerPlugin {
  const { from, sampler } = cRTOptions.read(options);
  return definePlugin({
    ...stageNames('crt'),
    version: manifest.version,
    api: '^2.0',
    task: 'classification',
    description: `a fresh classifier on the frozen network of '${from.name}', ${sampler.name} batches`,
    setup({ roles }) {
      roles.provide(SAMPLER, sampler);
      startFrom(roles, from, {
        name: 'the classifier only',
        takes: isBeforeClassifier,
        trains: ({ group }) => group === 'classifier',
      });
    },
  });
}
