import * as tf from '@tensorflow/tfjs-core';
import { isEvenkeelError } from '@evenkeel/errors';
import {
  linearClassifier,
  FEATURE_TRANSFORMS,
  definePlugin,
  instanceBalanced,
  memoryCheckpoints,
} from '@evenkeel/trainer-core';
import type { CheckpointStore, TrainerPlugin } from '@evenkeel/trainer-core';
import { installMatchers, tinyBackbone, useCpuBackend } from '@evenkeel/trainer-testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { cRT, lws, ncm, scaledClassifier, tauNorm } from './index.js';
import type { TauChoice } from './index.js';
import { data, firstStage, keptIn, make, valuesOf } from './stages.fixture.js';

installMatchers();
beforeAll(useCpuBackend);

const problem = async (work: () => unknown): Promise<string> => {
  try {
    await work();
  } catch (error) {
    if (isEvenkeelError(error)) return error.message;
    throw error;
  }
  return 'none';
};
/** The share of variables of a part that are as the first stage left them. */
const unchanged = (part: string, after: Record<string, number[]>, before: Record<string, number[]>) => {
  const names = Object.keys(before).filter((name) => name.startsWith(part));
  return (
    names.filter((name) => JSON.stringify(after[name]) === JSON.stringify(before[name])).length / names.length
  );
};

describe('cRT', () => {
  it('trains a fresh classifier on class-balanced batches, and nothing before it', async () => {
    const { store, values, evaluation } = await firstStage();
    const trainer = make(cRT({ from: store }), { seed: 5 });
    expect(trainer.explain()).toContain(
      'SAMPLER              class-balanced (@evenkeel/plugin-decouple/crt)',
    );
    const { history } = await trainer.fit({ epochs: 12 });
    const after = valuesOf(trainer);
    expect(unchanged('backbone/', after, values)).toBe(1);
    expect(unchanged('classifier/', after, values)).toBe(0);
    expect(history[11].loss).toBeLessThan(history[0].loss);
    const test = await trainer.evaluate({ split: 'test' });
    expect(test.balanced).toBeGreaterThan(evaluation.balanced as number);
    await trainer.dispose();
  });

  it('runs the frozen backbone as in evaluation: nothing is dropped, and the mean of a batch plays no part', async () => {
    const { store } = await firstStage();
    const plain = tinyBackbone({ features: 8, statistics: true });
    const trained: Record<string, number[]>[] = [];
    for (const options of [{}, { model: plain }]) {
      const trainer = make(cRT({ from: store }), options);
      await trainer.fit({ epochs: 2 });
      trained.push(valuesOf(trainer));
      await trainer.dispose();
    }
    expect(trained[0]).toEqual(trained[1]);
  });

  it('freezes the feature transforms of the first stage with the backbone', async () => {
    const transforms = running();
    const { store, values } = await firstStage({}, transforms);
    const trainer = make([cRT({ from: store }), running()]);
    await trainer.fit({ epochs: 2 });
    const after = valuesOf(trainer);
    expect(values['features/running/mean'].some((value) => value !== 0)).toBe(true);
    expect(unchanged('features/', after, values)).toBe(1);
    await trainer.dispose();
    const without = make(cRT({ from: store }));
    expect(await problem(() => without.fit({ epochs: 1 }))).toContain(
      "[TRAINER_WEIGHTS_MISMATCH] The weights in 'memory' do not fit this network: 'features/running/mean' is in the checkpoint only",
    );
    await without.dispose();
  });

  it('takes another sampler', () => {
    const trainer = make(cRT({ from: memoryCheckpoints(), sampler: instanceBalanced() }));
    expect(trainer.explain()).toContain('instance-balanced (@evenkeel/plugin-decouple/crt)');
  });
});

describe('LWS', () => {
  it('trains a factor per class only, from the logits of the first stage on', async () => {
    const { store, values, evaluation } = await firstStage();
    const trainer = make(lws({ from: store }));
    expect(await trainer.evaluate({ split: 'test' })).toEqual(evaluation);
    const { history } = await trainer.fit({ epochs: 6 });
    const after = valuesOf(trainer);
    expect(unchanged('backbone/', after, values)).toBe(1);
    expect(unchanged('classifier/', after, values)).toBe(1);
    const [head, , , tail] = after['classifier/scale'];
    expect(tail).not.toBe(head);
    expect(history[5].loss).toBeLessThan(history[0].loss);
    await trainer.dispose();
  });
});

describe('tau-normalisation', () => {
  it('divides the weights of the first stage by a power of their lengths, and drops the bias', async () => {
    const { store, values } = await firstStage();
    const trainer = make(tauNorm({ from: store, tau: 1 }));
    await trainer.evaluate();
    const { 'classifier/kernel': kernel, 'classifier/bias': bias, ...others } = valuesOf(trainer);
    expect(tf.sum(tf.square(tf.tensor2d(kernel, [8, 4])), 0)).toBeAllClose([1, 1, 1, 1]);
    expect(bias).toEqual([0, 0, 0, 0]);
    expect(unchanged('backbone/', others, values)).toBe(1);
    await trainer.fit({ epochs: 1 });
    expect(valuesOf(trainer)['classifier/kernel']).toEqual(kernel);
    await trainer.dispose();
  });

  it('chooses tau by the mean of the classes’ accuracies on held-out data, without a look at test data', async () => {
    const { store } = await firstStage();
    const kept: TauChoice[] = [];
    let reads = '';
    const watching = (source: typeof data.test, mark: string): typeof data.test => ({
      ...source,
      read(...args: Parameters<typeof data.test.read>) {
        reads += mark;
        return source.read(...args);
      },
    });
    const watched = {
      ...data,
      validation: watching(data.validation!, 'v'),
      test: watching(data.test, 't'),
    };
    const trainer = make(tauNorm({ from: store, onChosen: (choice) => kept.push(choice) }), {
      data: watched,
    });
    await trainer.evaluate({ split: 'validation' });
    expect(reads).toMatch(/^(vt)+v+$/); // the data's digest looks at all parts, the choice at one
    const [{ tau, accuracies }] = kept;
    expect(accuracies.map((tried) => tried.tau)).toBeAllClose(Array.from({ length: 21 }, (_, at) => at / 10));
    const best = Math.max(...accuracies.map(({ balanced }) => balanced));
    expect(accuracies.find(({ balanced }) => balanced === best)?.tau).toBe(tau);
    expect(new Set(accuracies.map(({ balanced }) => balanced)).size).toBeGreaterThan(1);
    for (const { tau: given, balanced } of [accuracies[0], accuracies[7], accuracies[20]]) {
      const one = make(tauNorm({ from: store, tau: given }));
      expect((await one.evaluate({ split: 'validation' })).balanced).toBeCloseTo(balanced, 6);
      await one.dispose();
    }
    await trainer.dispose();
  });

  it('needs a held-out part of the same data, and a linear classifier', async () => {
    const { store } = await firstStage();
    const without = { ...data, validation: undefined };
    const { store: bareStore } = await firstStage({ data: without });
    const bare = make(tauNorm({ from: bareStore }), { data: without });
    expect(await problem(() => bare.evaluate())).toContain('[DECOUPLE_NO_VALIDATION]');
    const other = make(tauNorm({ from: store }), { data: { ...data, validation: data.test } });
    expect(await problem(() => other.evaluate())).toContain('[TRAINER_WEIGHTS_OTHER_DATA]');
    const doubled = make([tauNorm({ from: store, tau: 1 }), doubling()]);
    expect(await problem(() => doubled.evaluate())).toContain('[TRAINER_WEIGHTS_MISMATCH]');
    const classifier = scaledClassifier(linearClassifier());
    const scaled = await firstStage({ classifier });
    const wrong = make(tauNorm({ from: scaled.store, tau: 1 }), { classifier });
    expect(await problem(() => wrong.evaluate())).toContain(
      "[DECOUPLE_NO_KERNEL] tauNorm needs a linear classifier: expected 'classifier/kernel' [features, 4]",
    );
  });
});

describe('NCM', () => {
  it.each([{}, { nearness: 'euclidean', features: 'centred' }, { features: 'normalised' }] as const)(
    'classifies by the means of the training features: %j',
    async (options) => {
      const { store, values, evaluation } = await firstStage();
      const trainer = make(ncm({ from: store, ...options }));
      const test = await trainer.evaluate({ split: 'test' });
      expect(test.balanced).toBeGreaterThan(evaluation.balanced as number);
      const after = valuesOf(trainer);
      expect(unchanged('backbone/', after, values)).toBe(1);
      expect(after['classifier/means'].length).toBe(4 * 8);
      await trainer.dispose();
    },
  );

  it('needs an example of every class', async () => {
    const { store } = await firstStage();
    const classCounts = [40, 16, 8, 0];
    const labels = data.train.labels.map((label) => Math.min(label, 2));
    const trainer = make(ncm({ from: store }), {
      data: { ...data, classCounts, train: { ...data.train, labels } } as typeof data,
    });
    expect(await problem(() => trainer.evaluate())).toContain(
      "[DECOUPLE_EMPTY_CLASS] ncm needs the mean feature of every class, and data set 'tiny' has no training example of 'class 3'",
    );
  });
});

describe('every stage', () => {
  const stages: readonly (readonly [string, (from: CheckpointStore) => TrainerPlugin])[] = [
    ['cRT', (from) => cRT({ from })],
    ['lws', (from) => lws({ from })],
    ['tauNorm', (from) => tauNorm({ from })],
    ['ncm', (from) => ncm({ from })],
  ];

  it.each(stages)('resumes exactly, without the first stage: %s', async (_name, stage) => {
    const { store } = await firstStage();
    const kept = memoryCheckpoints();
    const whole = make([stage(store), keptIn(memoryCheckpoints())]);
    await whole.fit({ epochs: 4 });
    const stopping = definePlugin({
      name: 'stopping',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ hooks, requests }) =>
        void hooks.batch$.subscribe(({ type, position }) => {
          if (type === 'batch-end' && position.step === 13) requests.requestStop('test');
        }),
    });
    const first = make([stage(store), keptIn(kept), stopping]);
    expect((await first.fit({ epochs: 4 })).interrupted).toBe(true);
    await first.dispose();
    const second = make([stage(memoryCheckpoints()), keptIn(kept)]);
    await second.resume();
    await second.fit({ epochs: 4 });
    expect(valuesOf(second)).toEqual(valuesOf(whole));
    expect(await second.evaluate({ split: 'test' })).toEqual(await whole.evaluate({ split: 'test' }));
    await second.dispose();
    await whole.dispose();
  });

  it.each(stages)('says where it starts, and needs to: %s', async (name, stage) => {
    expect(stage(memoryCheckpoints()).description).toContain("'memory'");
    expect(await problem(() => stage('runs/ce' as never))).toContain(
      `[DECOUPLE_NO_FIRST_STAGE] Option 'from' of ${name}`,
    );
    const trainer = make(stage(memoryCheckpoints()));
    expect(await problem(() => trainer.evaluate())).toContain('[TRAINER_WEIGHTS_NOT_FOUND]');
  });

  it('stands alone', async () => {
    const from = memoryCheckpoints();
    expect(await problem(() => make([cRT({ from }), lws({ from })]))).toContain('[TRAINER_CONFLICT]');
    expect(await problem(() => make([ncm({ from }), tauNorm({ from })]))).toContain('[TRAINER_CONFLICT]');
  });

  it.each([
    ['tau', () => tauNorm({ from: memoryCheckpoints(), tau: -1 })],
    ['grid', () => tauNorm({ from: memoryCheckpoints(), grid: [] })],
    ['grid', () => tauNorm({ from: memoryCheckpoints(), grid: [0, NaN] })],
    ['nearness', () => ncm({ from: memoryCheckpoints(), nearness: 'l1' as 'cosine' })],
    ['features', () => ncm({ from: memoryCheckpoints(), features: 'raw' as 'plain' })],
  ])('refuses a wrong %s', async (option, stage) => {
    expect(await problem(stage)).toContain(`[DECOUPLE_BAD_OPTION] Option '${option}`);
  });
});

/** Centres features by the batch, and by a running mean in evaluation. */
function running(): TrainerPlugin {
  return definePlugin({
    name: 'running',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.contribute(FEATURE_TRANSFORMS, {
        name: 'running',
        build(scope, features) {
          const mean = scope.statistic('mean', [features], ([size]) => new Float32Array(size));
          return {
            outputSize: features,
            apply(x, { training, update }) {
              if (!training) return tf.sub(x, mean);
              update(mean, tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(x, 0), 0.1)));
              return tf.sub(x, tf.mean(x, 0));
            },
          };
        },
      }),
  });
}

/** A feature transform that the first stage did not have. */
function doubling(): TrainerPlugin {
  return definePlugin({
    name: 'doubling',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.contribute(FEATURE_TRANSFORMS, {
        name: 'doubling',
        build(scope, features) {
          const factor = scope.weight('factor', [1], () => Float32Array.of(2));
          return { outputSize: features, apply: (x) => tf.mul(x, factor) };
        },
      }),
  });
}
