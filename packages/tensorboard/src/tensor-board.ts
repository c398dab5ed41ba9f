import { defineOptions, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import manifest from '../package.json' with { type: 'json' };
import { errors } from './errors.js';
import { EventFile } from './event-file.js';
import { scalarsOf } from './scalars-of.js';

/** Where events are written. */
export interface TensorBoardOptions {
  /** One folder for each run, such as `runs/a/tensorboard`; made when needed. `tensorboard --logdir runs` shows all of them. */
  readonly folder: string;
  /** Writes the numbers of a step after every so many steps; default 50. */
  readonly everySteps?: number;
}

/** The options of `tensorBoard`. */
export const tensorBoardOptions = defineOptions('tensorBoard', errors.BAD_OPTION, {
  folder: text('a path').knownAs('logdir', 'logDir', 'path'),
  everySteps: whole(1).default(50),
} satisfies SpecOf<TensorBoardOptions>);

/**
 * Writes a run's numbers as TensorBoard's event files: loss and learning rate of steps, what parts of the step log, epochs,
 * evaluations, accuracy by class, and what inspectors find, as scalars. It watches and changes nothing; it may come and go between
 * resumes, and a resumed run begins a file that takes the place of what was written after its checkpoint. Throws
 * `TENSORBOARD_BAD_OPTION`; while it runs `TENSORBOARD_NOT_WRITTEN`.
 *
 * @example
 * createTrainer({ data, model, plugins: [tensorBoard({ folder: 'runs/a/tensorboard' })] });
 */
export function tensorBoard(options: TensorBoardOptions): TrainerPlugin {
  const { folder, everySteps } = tensorBoardOptions.read(options);
  return definePlugin({
    name: '@evenkeel/tensorboard',
    version: manifest.version,
    api: '^2.0',
    description: `'${folder}'`,
    setup({ hooks, leads }) {
      let file: EventFile | undefined;
      let classNames: readonly string[] = [];
      const subscription = hooks.events$.subscribe((event) => {
        if (!leads()) return;
        const { step } = event.position;
        if (event.type === 'fit-start') {
          // Numbers are told after the step: those of step `step` are still good.
          file = new EventFile(folder, step + 1, event.resumed);
          classNames = event.data.classNames ?? [];
        }
        // An event of a step names the steps before it.
        if (event.type === 'step-end' && (step + 1) % everySteps === 0) {
          file?.add(step + 1, scalarsOf(event));
        } else if (event.type !== 'step-end') {
          file?.add(step, scalarsOf(event, classNames));
        }
        if (event.type === 'epoch-end' || event.type === 'fit-end') file?.flush();
      });
      return () => subscription.unsubscribe();
    },
  });
}
