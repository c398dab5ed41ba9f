import { classBalanced, definePlugin, SAMPLER } from '@evenkeel/trainer-core';
import type { SamplerDefinition, TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { checkFrom, isBeforeClassifier, stageNames, startFrom } from './first-stage.js';
import type { SecondStageOptions } from './first-stage.js';

/** Options of a second stage that trains. */
export interface RetrainingOptions extends SecondStageOptions {
  /** Which batches it trains on; default class-balanced. */
  readonly sampler?: SamplerDefinition;
}

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
  const { sampler = classBalanced() } = options;
  checkFrom('cRT', options.from);
  return definePlugin({
    ...stageNames('crt'),
    version: manifest.version,
    api: '^1.0',
    description: `a fresh classifier on the frozen network of '${options.from.name}', ${sampler.name} batches`,
    setup({ roles }) {
      roles.provide(SAMPLER, sampler);
      startFrom(roles, options, {
        name: 'the classifier only',
        takes: isBeforeClassifier,
        trains: ({ group }) => group === 'classifier',
      });
    },
  });
}
