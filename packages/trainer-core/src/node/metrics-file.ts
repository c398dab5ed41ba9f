import { defineOptions, isEvenkeelError, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { FitStart, TrainerEvent } from '../contract/events.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { version } from '../contract/version.js';
import { nodeErrors } from './errors.js';
import { notWritten } from './file-access.js';
import { LineFile } from './line-file.js';

/** Where a run's numbers are written. */
export interface MetricsFileOptions {
  /** Such as `runs/a/metrics.jsonl`; its folder is made when needed. */
  readonly path: string;
  /** Writes a line after every so many steps; default 50. */
  readonly everySteps?: number;
}

/** The options of `metricsFile`. */
export const metricsFileOptions = defineOptions('metricsFile', nodeErrors.BAD_OPTION, {
  path: text('a path').knownAs('file'),
  everySteps: whole(1).default(50),
} satisfies SpecOf<MetricsFileOptions>);

/**
 * Writes a run's numbers as JSON lines. A new file begins with what is known of the run, `{ "type": "fit", epoch, step, epochs,
 * batches, batchSize, data, classNames, classCounts, shotGroups }`; then `{ "type": "step", epoch, step, tag, loss, learningRate }` and
 * `{ "type": "epoch", epoch, step, loss, imagesPerSecond, readShare, ...metrics }`, and what inspectors find as
 * `{ "type": "inspection", name, epoch, step, seconds, values }`. Lines of steps and epochs have `logged` where parts of the step
 * gave something to `log`: an object, in epochs of means. `epoch` counts from 0; `step` is the
 * number of steps done, in both; NaN and infinities become `null`; a metric named like one of a line's own fields is left
 * out.
 *
 * It may be added to a run or left out when that resumes. A resumed run cuts the file back to its checkpoint, so that no line
 * is there twice. A file that is not this run's, or has lost lines of it, is never cut but moved to `PATH.previous` (`PATH.previous-2`, …). While a run is under way the file is
 * its process's alone, by `PATH.lock`. Throws `TRAINER_NODE_BAD_OPTION`; while it runs `TRAINER_NODE_NOT_WRITTEN` and
 * `TRAINER_NODE_RUN_IN_USE`.
 */
export function metricsFile(options: MetricsFileOptions): TrainerPlugin {
  const { path, everySteps } = metricsFileOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/metrics-file',
    version,
    api: PLUGIN_API_VERSION,
    description: `'${path}'`,
    setup({ hooks, state, leads }) {
      const file = new LineFile(path);
      state.persist('written', file);
      hooks.events$.subscribe((event) => {
        if (!leads()) return;
        const line = lineOf(event, everySteps);
        try {
          if (event.type === 'fit-start') {
            file.begin();
            if (file.isEmpty) file.append(JSON.stringify(factsOf(event)));
          }
          if (line !== undefined) file.append(JSON.stringify(line));
          if (event.type === 'fit-end') file.close();
        } catch (cause) {
          throw isEvenkeelError(cause) ? cause : notWritten(path, cause);
        }
      });
      return () => file.close();
    },
  });
}

function factsOf({ position, epochs, batches, batchSize, data }: FitStart): Record<string, unknown> {
  const { epoch, step } = position;
  return { type: 'fit', epoch, step, epochs, batches, batchSize, ...data };
}

function lineOf(event: TrainerEvent, everySteps: number): Record<string, unknown> | undefined {
  const { epoch, step } = event.position;
  if (event.type === 'step-end' && (step + 1) % everySteps === 0) {
    const { tag, loss, learningRate, logged } = event;
    return { type: 'step', epoch, step: step + 1, tag, loss, learningRate, ...whereAny(logged) };
  }
  if (event.type === 'inspection-end') {
    const { name, seconds, values } = event;
    return { type: 'inspection', name, epoch, step, seconds, values };
  }
  if (event.type === 'epoch-end') {
    const { loss, imagesPerSecond, readShare, evaluation, logged } = event;
    const own = { type: 'epoch', epoch, step, loss, imagesPerSecond, readShare, ...whereAny(logged) };
    // Twice: first for the order of the fields, then over metrics of the same names.
    return { ...own, ...evaluation, ...own };
  }
  return undefined;
}

/** What parts of the step gave to `log`, where they gave something. */
function whereAny(logged: Readonly<Record<string, number>>): { logged?: Readonly<Record<string, number>> } {
  return Object.keys(logged).length > 0 ? { logged } : {};
}
