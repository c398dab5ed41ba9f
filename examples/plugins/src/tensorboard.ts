import { defineOptions, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { definePlugin } from '@evenkeel/trainer-core';
import type { MetricValues, TrainerEvent, TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';
import { eventRecord } from './event-file.js';
import type { LogEntry } from './event-file.js';

/** Options of the TensorBoard logger. */
export interface TensorboardOptions {
  /** Folder of this run, such as `runs/a`; made when needed. `tensorboard --logdir runs` shows all runs below `runs`. */
  readonly folder: string;
  /** Writes loss and learning rate every so many steps; default 50. */
  readonly everySteps?: number;
}

/** The options of `tensorboard`. */
export const tensorboardOptions = defineOptions('tensorboard', errors.BAD_OPTION, {
  folder: text("a folder's path"),
  everySteps: whole(1).default(50),
} satisfies SpecOf<TensorboardOptions>);

/**
 * Writes a run's numbers as TensorBoard scalars: `step/loss`, `step/learningRate`, `epoch/loss`,
 * `epoch/imagesPerSecond` and `evaluation/METRIC`, all over the number of steps done. Metrics with one value per class,
 * and those that are not defined, are left out. A resumed run begins a new file and voids what an earlier one said of
 * later steps, so it needs no state. Of processes that train together only the one that leads writes. Throws `EXAMPLE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, plugins: [tensorboard({ folder: 'runs/a' })] });
 */
export function tensorboard(options: TensorboardOptions): TrainerPlugin {
  const { folder, everySteps } = tensorboardOptions.read(options);
  return definePlugin({
    name: 'example-tensorboard',
    version: '1.0.0',
    api: '^2.0',
    description: `'${folder}', every ${everySteps} steps`,
    setup({ hooks, leads }) {
      let file = '';
      const write = (entry: LogEntry) => appendFileSync(file, eventRecord(Date.now() / 1000, entry));
      hooks.events$.subscribe((event) => {
        if (!leads()) return;
        const isStart = event.type === 'fit-start';
        if (isStart || file === '') {
          file = newFile(folder);
          write({ version: 'brain.Event:2' });
          // Whoever takes the lead in the middle voids nothing but later steps, too.
          if (!isStart || event.resumed) write({ restart: event.position.step + 1 });
        }
        const scalars = scalarsOf(event, everySteps);
        if (!scalars) return;
        const step = event.position.step + (event.type === 'step-end' ? 1 : 0);
        write({ step, scalars });
      });
    },
  });
}

/** A path in `folder` that sorts after all that are there, as TensorBoard expects of event files. */
function newFile(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const path = (seconds: number) =>
    join(folder, `events.out.tfevents.${String(seconds).padStart(10, '0')}.evenkeel`);
  let seconds = Math.floor(Date.now() / 1000);
  while (existsSync(path(seconds))) seconds += 1;
  return path(seconds);
}

/** What an event has to tell, by tag; undefined where nothing is due. */
function scalarsOf(event: TrainerEvent, everySteps: number): Record<string, number> | undefined {
  if (event.type === 'step-end' && (event.position.step + 1) % everySteps === 0) {
    return { 'step/loss': event.loss, 'step/learningRate': event.learningRate };
  }
  if (event.type === 'epoch-end') {
    return { 'epoch/loss': event.loss, 'epoch/imagesPerSecond': event.imagesPerSecond };
  }
  if (event.type === 'evaluation-end') return singleValues(event.metrics);
  return undefined;
}

function singleValues(metrics: MetricValues): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) =>
      typeof value === 'number' ? [[`evaluation/${name}`, value] as const] : [],
    ),
  );
}
