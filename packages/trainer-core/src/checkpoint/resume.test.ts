import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTrainer } from '../create-trainer.js';
import type { CheckpointStore } from '../contract/checkpoint-store.js';
import { CHECKPOINTS, FEATURE_TRANSFORMS, INSPECTORS } from '../roles/core-roles.js';
import { definePlugin } from '../contract/define-plugin.js';
import type { PluginInput, StateValue } from '../contract/plugin.js';
import { exponentialMovingAverage } from '../plugins/ema.js';
import { decodeCheckpoint } from './checkpoint-file.js';
import { recordEvents, tinyBackbone, tinyDataset, valuesOf } from '../session/tiny.fixture.js';
import { adamW } from '../parts/optimizers/adam.js';
import { sgd } from '../parts/optimizers/sgd.js';
import { zeros } from '../parts/initializers/initializers.js';
import { linearClassifier } from '../parts/classifiers/linear-classifier.js';
import { classBalanced } from '../parts/sampling/class-balanced.js';
import { interpolated } from '../parts/sampling/interpolated.js';
import { cosine } from '../parts/schedules/cosine.js';

beforeAll(() => tf.setBackend('cpu'));

const EPOCHS = 2;
const STEPS = 6;

/** Counts steps, and draws from its own stream at each: state that must survive. */
const counter = () =>
  definePlugin({
    name: 'counter',
    version: '1.2.3',
    api: '^2.0',
    setup({ hooks, state, random }) {
      const draws = random('draws');
      let seen: number[] = [];
      hooks.step$.subscribe((event) => {
        if (event.type === 'step-end') seen.push(draws.uniform(), event.loss);
      });
      state.persist('seen', {
        version: 1,
        save: () => Float64Array.from(seen),
        load: (value) => {
          seen = Array.from(value as Float64Array);
        },
      });
    },
  });

/** Keeps every checkpoint that a request makes. */
const keeper = (kept: Uint8Array[]) =>
  definePlugin({
    name: 'keeper',
    version: '1.0.0',
    api: '^2.0',
    setup({ roles }) {
      const store: CheckpointStore = {
        name: 'keeper',
        isDue: () => true,
        save({ bytes }) {
          kept.push(bytes);
          return Promise.resolve(String(kept.length - 1));
        },
        load: (location = String(kept.length - 1)) => Promise.resolve(kept[Number(location)]),
      };
      roles.provide(CHECKPOINTS, store);
    },
  });

/** A plugin of one state. */
const stuckPlugin = (of: { readonly load: () => void; readonly save: () => number }) =>
  definePlugin({
    name: 'stuck',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ state }) => state.persist('all', { version: 1, ...of }),
  });

const compositions = {
  'sgd with momentum, dropout': { optimizer: sgd({ momentum: 0.9, weightDecay: 1e-3 }) },
  'adamW, class-balanced': { optimizer: adamW(), sampler: classBalanced() },
  'ema, interpolated sampling': { sampler: interpolated({ q: 0.5 }), plugins: exponentialMovingAverage() },
};

/** Counts batches in a statistic, and says in others whether there was one: the cpu backend keeps casts as the arrays that they were. */
const castingTransform = definePlugin({
  name: 'casting',
  version: '1.0.0',
  api: '^2.0',
  setup: ({ roles }) =>
    roles.contribute(FEATURE_TRANSFORMS, {
      name: 'casting',
      build(scope, features) {
        const [count, some, whole] = ['count', 'some', 'whole'].map((name) =>
          scope.statistic(name, [], zeros()),
        );
        return {
          outputSize: features,
          apply(x, { update }) {
            const next = tf.add(count, 1);
            update(count, next);
            update(some, tf.cast(tf.greater(next, 0), 'float32'));
            update(whole, tf.cast(tf.cast(next, 'int32'), 'float32'));
            return x;
          },
        };
      },
    }),
});

it('keeps numbers that a backend holds in another kind of array', async () => {
  const kept: Uint8Array[] = [];
  const make = () =>
    createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      batchSize: 8,
      plugins: [castingTransform, keeper(kept)],
    });
  const first = make();
  await first.fit({ epochs: 1 });
  const second = make();
  await second.resume();
  expect(valuesOf(second)).toEqual(valuesOf(first));
  const statistic = (name: string) =>
    second.variables().find((info) => info.name === `features/casting/${name}`)!.variable;
  for (const [name, value] of [['count', 3] as const, ['some', 1] as const, ['whole', 3] as const])
    expect(await statistic(name).data()).toEqual(Float32Array.of(value));
  for (const trainer of [first, second]) await trainer.dispose();
});

describe.each(Object.entries(compositions))('resume at every batch: %s', (_name, options) => {
  const make = (kept: Uint8Array[]) =>
    createTrainer({
      data: tinyDataset(),
      model: tinyBackbone({ dropout: 0.3 }),
      schedule: cosine({ base: 0.1 }),
      batchSize: 8,
      seed: 5,
      ...options,
      plugins: [counter(), keeper(kept), 'plugins' in options && options.plugins] as PluginInput,
    });

  it('equals the unbroken run bit for bit', async () => {
    const kept: Uint8Array[] = [];
    const whole = make(kept);
    const events = recordEvents(whole);
    const result = await whole.fit({ epochs: EPOCHS });
    const values = valuesOf(whole);
    await whole.dispose();
    expect(kept.length).toBe(STEPS + EPOCHS);
    const last = await comparable(kept.at(-1)!);

    for (let place = 0; place < kept.length - 1; place++) {
      const again: Uint8Array[] = [kept[place]];
      const trainer = make(again);
      const resumedEvents = recordEvents(trainer);
      await trainer.resume('0');
      const resumed = await trainer.fit({ epochs: EPOCHS });
      expect(valuesOf(trainer), `after checkpoint ${place}`).toEqual(values);
      expect(resumed.history).toEqual(result.history);
      expect(await comparable(again.at(-1)!)).toEqual(last);
      // The locations differ, nothing else does.
      const tail = resumedEvents.slice(1).map((event) => ({ ...event, location: undefined }));
      expect(tail).toEqual(events.slice(-tail.length).map((event) => ({ ...event, location: undefined })));
      await trainer.dispose();
    }
  });
});

/** A checkpoint without its clocks and its checksum. */
async function comparable(bytes: Uint8Array): Promise<unknown> {
  const { tensors, json } = await decodeCheckpoint(bytes, 'test');
  const run = { ...(json as { run: Record<string, unknown> }).run, clock: undefined };
  return {
    tensors: Array.from(tensors, ([name, { data }]) => [name, Array.from(data)]),
    json: { ...(json as object), run },
  };
}

describe('a checkpoint that does not fit', () => {
  const save = async (plugins: PluginInput = []) => {
    const kept: Uint8Array[] = [];
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      plugins: [keeper(kept), plugins],
    });
    await trainer.save();
    await trainer.dispose();
    return kept[0];
  };
  const resume = async (bytes: Uint8Array, options: object = {}, plugins: PluginInput = []) => {
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      plugins: [keeper([bytes]), plugins],
      ...options,
    });
    try {
      await trainer.resume();
    } finally {
      await trainer.dispose();
    }
  };

  it('fits a run that is watched by other inspectors', async () => {
    const looking = definePlugin({
      name: 'looking',
      version: '1.0.0',
      api: '^2.0',
      setup: ({ roles }) =>
        roles.contribute(INSPECTORS, {
          name: 'looking',
          isDue: () => true,
          inspect: () => Promise.resolve({}),
        }),
    });
    await expect(resume(await save(), {}, looking)).resolves.toBeUndefined();
    await expect(resume(await save(looking))).resolves.toBeUndefined();
  });

  it('is refused with what differs', async () => {
    const bytes = await save();
    await expect(resume(bytes)).resolves.toBeUndefined();
    await expect(resume(bytes, { seed: 9 })).rejects.toThrow(/CHECKPOINT_MISMATCH.*seed is 9 here and 0/s);
    await expect(resume(bytes, { batchSize: 9 })).rejects.toThrow(/CHECKPOINT_MISMATCH.*batchSize/s);
    await expect(resume(bytes, { sampler: classBalanced() })).rejects.toThrow(
      /CHECKPOINT_MISMATCH.*role SAMPLER/s,
    );
    await expect(resume(bytes, { optimizer: sgd() })).rejects.toThrow(
      /CHECKPOINT_MISMATCH.*'momentum' in role OPTIMIZER is 0 here and 0\.9/s,
    );
    await expect(resume(bytes, { classifier: linearClassifier({ bias: false }) })).rejects.toThrow(
      /CHECKPOINT_MISMATCH.*'classifier\/bias' is 'absent' here/s,
    );
  });

  it('is refused when a plugin has no state in it, or it has state of a plugin that is not there', async () => {
    await expect(resume(await save(), {}, counter())).rejects.toThrow(/STATE_MISSING.*'seen'.*'counter'/s);
    await expect(resume(await save(counter()))).rejects.toThrow(
      /STATE_UNCLAIMED.*'counter' 1.2.3, which is not in the list/s,
    );
  });

  it('is refused when another version of a plugin keeps other state, or an older one should read newer state', async () => {
    const keeping = (version: string, key?: string, form = 1) =>
      definePlugin({
        name: 'keeping',
        version,
        api: '^2.0',
        setup({ state }) {
          if (key) state.persist(key, { version: form, save: () => 1, load: () => undefined });
        },
      });
    const bytes = await save(keeping('2.0.0', 'count', 2));
    await expect(resume(bytes, {}, keeping('3.0.0', 'count', 3))).resolves.toBeUndefined();
    await expect(resume(bytes, {}, keeping('3.0.0', 'steps'))).rejects.toThrow(
      /STATE_MISSING.*'steps' of plugin 'keeping' 3\.0\.0.*with version 2\.0\.0: use a version that/s,
    );
    await expect(resume(bytes, {}, keeping('3.0.0'))).rejects.toThrow(
      /STATE_UNCLAIMED.*'keeping' 2\.0\.0, which version 3\.0\.0 does not keep/s,
    );
    await expect(resume(bytes, {}, keeping('1.0.0', 'count', 1))).rejects.toThrow(
      /STATE_REJECTED.*version 2 by 'keeping' 2\.0\.0, and 1\.0\.0 reads version 1 at most/s,
    );
  });

  it('is refused by a plugin that cannot read its state, and all states stay as they are', async () => {
    let [plain, least] = [0, 0];
    const picky = definePlugin({
      name: 'picky',
      version: '1.0.0',
      api: '^2.0',
      setup({ state }) {
        const load = (value: StateValue) => {
          plain = value as number;
        };
        state.persist('plain', { version: 1, save: () => plain, load });
        state.persist('picky', {
          version: 1,
          save: () => least,
          load(value) {
            if ((value as number) < least) throw new Error(`expected ${least} or more`);
          },
        });
      },
    });
    const bytes = await save(picky);
    [plain, least] = [7, 1];
    await expect(resume(bytes, {}, picky)).rejects.toThrow(/STATE_REJECTED.*'picky': expected 1 or more/s);
    expect(plain).toBe(7);
  });

  it('says whose state is unknown when that cannot be put back either, and whose cannot be asked for', async () => {
    let broken = false;
    const load = () => {
      throw new Error('cannot');
    };
    const saveState = () => {
      if (broken) throw new Error('gone');
      return 1;
    };
    const stuck = stuckPlugin({ load, save: saveState });
    const bytes = await save(stuck);
    await expect(resume(bytes, {}, stuck)).rejects.toThrow(
      /STATE_REJECTED.*'stuck'.*'all': cannot\. The state of 'stuck' could not be put back/s,
    );
    broken = true;
    await expect(resume(bytes, {}, stuck)).rejects.toThrow(/STATE_NOT_SAVED.*'stuck'.*'all': gone/s);
  });

  it('trains and saves no more after a plugin lost its state, until a checkpoint loads', async () => {
    let refuses = false;
    const load = () => {
      if (refuses) throw new Error('cannot');
    };
    const stuck = stuckPlugin({ load, save: () => 1 });
    const trainer = createTrainer({
      data: tinyDataset(),
      model: tinyBackbone(),
      schedule: cosine({ base: 0.1 }),
      batchSize: 8,
      plugins: [stuck, keeper([])],
    });
    await trainer.fit({ epochs: 1 });
    refuses = true;
    await expect(trainer.resume('0')).rejects.toThrow('TRAINER_STATE_REJECTED');
    await expect(trainer.fit({ epochs: 2 })).rejects.toThrow(/STATE_UNKNOWN.*'stuck'.*'fit' would go on/s);
    await expect(trainer.save()).rejects.toThrow('TRAINER_STATE_UNKNOWN');
    refuses = false;
    await trainer.resume('0');
    await expect(trainer.fit({ epochs: 2 })).resolves.toMatchObject({ reason: 'done' });
    await trainer.dispose();
  });

  const refusal = (bytes: Uint8Array) =>
    decodeCheckpoint(bytes, 'test').then(
      ({ version }) => (version < 2 ? 'TRAINER_CHECKPOINT_OLD' : 'none'),
      String,
    );

  it('is refused when damaged, wherever a byte was changed', async () => {
    const bytes = await save(counter());
    const header = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const places = [...Array.from({ length: header }, (_, at) => at), header + 5, bytes.length - 1];
    for (const at of places) {
      const damaged = bytes.slice();
      damaged[at] ^= 1;
      await expect(refusal(damaged), `byte ${at}`).resolves.toMatch(
        /TRAINER_CHECKPOINT_(DAMAGED|NEWER|OLD)/, // a digit of the version may be hit
      );
    }
    for (const length of [0, 7, 100, bytes.length - 1]) {
      await expect(decodeCheckpoint(bytes.slice(0, length), 'test')).rejects.toThrow(
        'TRAINER_CHECKPOINT_DAMAGED',
      );
    }
  });

  it('is missed clearly', async () => {
    const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone() });
    expect(await trainer.resume(undefined, { optional: true })).toBe(false);
    await expect(trainer.resume('elsewhere')).rejects.toThrow(/TRAINER_NOTHING_TO_RESUME.*'elsewhere'/s);
    await trainer.dispose();
  });
});
