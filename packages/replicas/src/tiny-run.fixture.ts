// A program for tests: trains a tiny network as one rank of several, and prints what came of it as one line of JSON.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { compileStep } from '@evenkeel/compiled-step';
import { isEvenkeelError, messageOf } from '@evenkeel/errors';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { createTrainer, definePlugin, GRADIENT_TRANSFORMS, mixup, sgd } from '@evenkeel/trainer-core';
import { fileCheckpoints, metricsFile, saveOnInterrupt } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset } from '@evenkeel/trainer-testing';
import * as tf from '@tensorflow/tfjs-core';
import { dataParallel } from './data-parallel.js';

/** What a tiny run is told. */
export interface TinyRunSettings {
  readonly epochs: number;
  /** Where checkpoints and metrics go; default: nowhere. */
  readonly folder?: string;
  readonly batchSize?: number;
  readonly compile?: boolean;
  readonly statistics?: boolean;
  readonly dropout?: number;
  readonly mixup?: boolean;
  readonly microBatch?: number;
  readonly meetSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly sharedMemory?: boolean;
  readonly syncBatchNorm?: boolean;
  /** This rank does something at this step: ends at once, stops answering, asks for a stop, fails, or loses a bit. */
  readonly at?: {
    readonly rank: number;
    readonly step: number;
    readonly what: 'kill' | 'freeze' | 'stop' | 'throw' | 'drift' | 'interrupt';
  };
  /** On this rank the step reads a gradient on the host, and so is not replayed. */
  readonly reads?: number;
  /** Seed of each rank; default the same. */
  readonly seeds?: readonly number[];
}

/** What a tiny run prints. */
export interface TinyRunReport {
  readonly rank: number;
  readonly digest?: string;
  readonly values?: readonly number[];
  readonly steps?: number;
  readonly reason?: string;
  readonly losses?: readonly number[];
  readonly evaluation?: unknown;
  readonly saved?: number;
  readonly resumed?: boolean;
  readonly messages?: readonly string[];
  readonly error?: { readonly code: string; readonly text: string };
}

const settings = JSON.parse(process.argv[2]) as TinyRunSettings;
const [rank = '0'] = (process.env.EVENKEEL_CLUSTER ?? '').split('/');
const report = await run(Number(rank || 0)).catch((error: unknown) => failure(Number(rank || 0), error));
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(report.error ? 1 : 0);

async function run(own: number): Promise<TinyRunReport> {
  const { epochs, folder, statistics, dropout, at, compile, batchSize = 8 } = settings;
  await useBackend('native', { threads: 1 });
  let saved = 0;
  const messages: string[] = [];
  const disturbance = definePlugin({
    name: 'disturbance',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles, hooks, requests }) {
      roles.contribute(GRADIENT_TRANSFORMS, {
        name: 'perhaps a look',
        transform(gradients) {
          if (own === settings.reads) for (const gradient of gradients.values()) gradient.dataSync();
          return gradients;
        },
      });
      hooks.events$.subscribe((event) => {
        if (event.type === 'checkpoint-saved') saved++;
        if (event.type !== 'step-end' || own !== at?.rank || event.position.step !== at.step) return;
        if (at.what === 'kill') process.kill(process.pid, 'SIGKILL');
        if (at.what === 'freeze') freeze();
        if (at.what === 'stop') requests.requestStop('enough');
        if (at.what === 'interrupt') process.kill(process.pid, 'SIGINT');
        if (at.what === 'throw') throw new Error('an observer of rank 1 fails');
        if (at.what === 'drift') {
          const { variable } = trainer.variables()[0];
          variable.assign(tf.mul(variable, 1.000001));
        }
      });
    },
  });
  const trainer = createTrainer({
    data: tinyDataset({ classCounts: [14, 8, 5] }),
    model: tinyBackbone({ statistics, dropout }),
    batchSize,
    evaluationBatchSize: 5,
    microBatch: settings.microBatch,
    seed: settings.seeds?.[own] ?? 3,
    optimizer: sgd({ momentum: 0.9 }),
    ...(compile && {
      compile: (step, options) =>
        compileStep(step, { name: options.name, onMessage: (line) => void messages.push(line) }),
    }),
    plugins: [
      settings.mixup && mixup(),
      folder !== undefined && fileCheckpoints({ folder: `${folder}/checkpoints`, everySteps: 3 }),
      folder !== undefined && metricsFile({ path: `${folder}/metrics.jsonl`, everySteps: 1 }),
      saveOnInterrupt({ stream: { write: () => true } }),
      disturbance,
      dataParallel({
        meetSeconds: settings.meetSeconds ?? 120,
        timeoutSeconds: settings.timeoutSeconds,
        sharedMemory: settings.sharedMemory,
        syncBatchNorm: settings.syncBatchNorm,
      }),
    ],
  });
  const resumed = folder !== undefined && (await trainer.resume(undefined, { optional: true }));
  const { history, evaluation, steps, reason } = await trainer.fit({ epochs });
  const values = trainer.variables().map(({ variable }) => variable.dataSync() as Float32Array);
  const hash = createHash('sha256');
  for (const each of values) hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength));
  return {
    rank: own,
    digest: hash.digest('hex'),
    values: values.flatMap((each) => Array.from(each)),
    losses: history.map(({ loss }) => loss),
    evaluation,
    steps,
    reason,
    saved,
    resumed,
    messages,
  };
}

/** Stops answering; a process that has stopped cannot end by itself. */
function freeze(): void {
  const killer = spawn('sh', ['-c', `sleep 15; kill -9 ${process.pid}`], { detached: true, stdio: 'ignore' });
  killer.unref();
  process.kill(process.pid, 'SIGSTOP');
}

function failure(own: number, error: unknown): TinyRunReport {
  const text = messageOf(error);
  return { rank: own, error: { code: isEvenkeelError(error) ? error.code : 'none', text } };
}
