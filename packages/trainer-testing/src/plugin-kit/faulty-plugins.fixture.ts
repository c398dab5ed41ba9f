import * as tf from '@tensorflow/tfjs-core';
import {
  AUXILIARY_LOSSES,
  BATCH_TRANSFORMS,
  definePlugin,
  GRADIENT_TRANSFORMS,
  instanceBalanced,
  LOGIT_TRANSFORMS,
  LOSS,
  planFromFunction,
  POSTHOC_TRANSFORMS,
  SAMPLER,
  TRAINABLE,
} from '@evenkeel/trainer-core';
import type { LogitTransform, SetupContext, StateValue, TrainerPlugin } from '@evenkeel/trainer-core';

const plugin = (setup: (context: SetupContext) => (() => void) | void, rest = {}): TrainerPlugin =>
  definePlugin({ name: 'faulty', version: '1.0.0', api: '^2.0', setup, ...rest });

/** Adds to every image of a batch. */
const shift = (by: () => number): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(BATCH_TRANSFORMS, {
      name: 'shift',
      transform: (batch) => void (batch.inputs = batch.inputs.map((pixel) => pixel + by())),
    }),
  );

const shared = shift(() => 0);
/** The same object for every trainer. */
export const oneForAll = (): TrainerPlugin => shared;

let calls = 0;
/** Keeps a number outside setup, which the next run finds changed. */
export const outsideState = (): TrainerPlugin => shift(() => calls++ / 1000);

/** Counts batches and saves nothing of it. */
export const forgetful = (): TrainerPlugin => {
  let batches = 0;
  return plugin(({ roles, hooks }) => {
    hooks.batch$.subscribe(({ type }) => void (batches += type === 'batch-end' ? 1 : 0));
    roles.contribute(BATCH_TRANSFORMS, {
      name: 'drift',
      transform: (batch) => void (batch.inputs = batch.inputs.map((pixel) => pixel + batches / 100)),
    });
  });
};

/** Saves its count, and loads it one too high. */
export const careless = (): TrainerPlugin => {
  let batches = 0;
  return plugin(({ hooks, state }) => {
    hooks.batch$.subscribe(({ type }) => void (batches += type === 'batch-end' ? 1 : 0));
    state.persist('batches', {
      version: 1,
      save: () => batches,
      load: (value) => void (batches = (value as number) + 1),
    });
  });
};

/** Saves a typed array, and has a list after loading it. */
export const listing = (): TrainerPlugin => {
  let counts: StateValue = new Int32Array(3);
  return plugin(({ state }) =>
    state.persist('counts', {
      version: 1,
      save: () => counts,
      load: (value) => void (counts = Array.from(value as Int32Array)),
    }),
  );
};

/** Has state of no version. */
export const unversioned = (): TrainerPlugin =>
  plugin(({ state }) => state.persist('seen', { version: 0, save: () => 1, load: () => undefined }));

/** Saves and loads all that it keeps. */
export const careful = (): TrainerPlugin => {
  let batches = new Float32Array(1);
  return plugin(({ hooks, state }) => {
    hooks.batch$.subscribe(({ type }) => void (batches[0] += type === 'batch-end' ? 1 : 0));
    state.persist('batches', {
      version: 1,
      save: () => batches.slice(),
      load: (value) => {
        batches = (value as Float32Array).slice() as Float32Array<ArrayBuffer>;
      },
    });
  });
};

/** Saves what is no plain data. */
export const unsaveable = (): TrainerPlugin =>
  plugin(({ state }) =>
    state.persist('map', { version: 1, save: () => new Map() as never, load: () => undefined }),
  );

/** Leaves a tensor behind in every batch. */
export const leaky = (): TrainerPlugin =>
  plugin(
    ({ hooks }) => void hooks.batch$.subscribe(({ type }) => void (type === 'batch-end' && tf.scalar(1))),
  );

/** Keeps a tensor from setup on. */
export const hoarder = (): TrainerPlugin => plugin(() => void tf.keep(tf.scalar(1)));

/** A sampler of an epoch that is `announced` batches longer than the usual one, and planned as `planned` more. */
const longer = (roles: SetupContext['roles'], announced: () => number, planned: () => number) =>
  roles.provide(SAMPLER, {
    name: 'longer',
    build: (context) => {
      const inner = instanceBalanced().build(context);
      return {
        name: 'longer',
        tags: inner.tags,
        classPrior: (tag, epoch) => inner.classPrior(tag, epoch),
        batchesIn: (epoch) => inner.batchesIn(epoch) + announced(),
        plan: (seed, epoch) => {
          const plan = inner.plan(seed, epoch);
          return planFromFunction(plan.length + planned(), (place) => plan.batch(place % plan.length));
        },
      };
    },
  });

/** Announces more batches than its plan has. */
export const miscounting = (): TrainerPlugin =>
  plugin(({ roles }) =>
    longer(
      roles,
      () => 1,
      () => 0,
    ),
  );

/** Has fewer batches once a run has begun. */
export const moody = (): TrainerPlugin =>
  plugin(({ roles, hooks }) => {
    let more = 1;
    const now = () => more;
    longer(roles, now, now);
    hooks.events$.subscribe(({ type }) => void (type === 'fit-start' && (more = 0)));
  });

/** Scales the logits by what it reads on the host. */
export const reading = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(LOGIT_TRANSFORMS, {
      name: 'read',
      transform: (logits, { epoch }) => tf.mul(logits, 1 + epoch.dataSync()[0]),
    }),
  );

/** Scales the logits by a count that it keeps on the host, and saves. */
export const counting = (): TrainerPlugin => {
  let steps = 0;
  return plugin(({ roles, hooks, state }) => {
    hooks.step$.subscribe(({ type }) => void (steps += type === 'step-end' ? 1 : 0));
    state.persist('steps', {
      version: 1,
      save: () => steps,
      load: (value) => void (steps = value as number),
    });
    roles.contribute(LOGIT_TRANSFORMS, {
      name: 'count',
      transform: (logits) => tf.mul(logits, 1 + steps / 10),
    });
  });
};

/** Fails when it is torn down after a run. */
export const ungraceful = (): TrainerPlugin =>
  plugin(() => () => {
    throw new Error('the file is gone');
  });

/** Stops every run at once. */
export const stopper = (): TrainerPlugin =>
  plugin(({ hooks, requests }) => void hooks.step$.subscribe(() => requests.requestStop('enough')));

/** Multiplies the logits, so that its place among others matters. */
export const scaling = (name = 'faulty', factor = 2): TrainerPlugin =>
  plugin(
    ({ roles }) =>
      roles.contribute(LOGIT_TRANSFORMS, { name: 'scale', transform: (logits) => tf.mul(logits, factor) }),
    { name },
  );

/** Adds to the logits of class 0. */
export const adding = (): TrainerPlugin =>
  plugin(
    ({ roles }) =>
      roles.contribute(LOGIT_TRANSFORMS, {
        name: 'add',
        transform: (logits) => tf.add(logits, tf.oneHot(0, logits.shape[1])),
      }),
    { name: 'adding' },
  );

/** Fills the role of the loss. */
export const losing = (name: string): TrainerPlugin =>
  plugin(({ roles }) => roles.provide(LOSS, { name: 'sum', loss: (logits) => tf.mean(tf.square(logits)) }), {
    name,
  });

let registered = false;

/** Refuses to be the second of two. */
export const jealous = (): TrainerPlugin =>
  plugin(() => {
    if (registered) throw new Error('there is another plugin already');
  });

/** What makes {@link jealous} fail, when it comes first. */
export const registering = (): TrainerPlugin =>
  plugin(
    () => {
      registered = true;
      return () => void (registered = false);
    },
    { name: 'registering' },
  );

/** Changes the logits as `transform` does. */
const changing = (transform: (logits: tf.Tensor2D) => unknown): TrainerPlugin =>
  plugin(({ roles }) => roles.contribute(LOGIT_TRANSFORMS, { name: 'change', transform } as LogitTransform));

/** Adds a loss of features divided by their length, which may be 0. */
export const dividing = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(AUXILIARY_LOSSES, {
      name: 'unit',
      build: () => ({
        loss({ inputs }) {
          const length = tf.sqrt(tf.sum(tf.square(inputs)));
          return tf.mean<tf.Scalar>(tf.div(inputs, length));
        },
      }),
    }),
  );

/** Makes NaN in every step. */
export const poisoning = (): TrainerPlugin => changing((logits) => tf.log(tf.sub(logits, tf.max(logits))));

/** Gives an own loss in the place of one that throws. */
export const swallowing = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.decorate(LOSS, (inner) => ({
      name: 'brave',
      loss(logits, context) {
        try {
          return inner.loss(logits, context);
        } catch {
          return tf.mean<tf.Scalar>(tf.square(logits));
        }
      },
    })),
  );

/** Throws an own error in the place of one that a part threw. */
export const renaming = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.decorate(LOSS, (inner) => ({
      name: 'polite',
      loss(logits, context) {
        try {
          return inner.loss(logits, context);
        } catch {
          throw new Error('something went wrong');
        }
      },
    })),
  );

/** Keeps a tensor while an inner part computes, and disposes it only where that does not throw. */
export const littering = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.decorate(LOSS, (inner) => ({
      name: 'littering',
      loss(logits, context) {
        const kept = tf.keep(tf.scalar(1));
        const loss = tf.mul<tf.Scalar>(inner.loss(logits, context), 1);
        kept.dispose();
        return loss;
      },
    })),
  );

/** Turns logits over, in evaluation. */
export const transposing = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(POSTHOC_TRANSFORMS, { name: 'turn', transform: (logits) => tf.transpose(logits) }),
  );

/** Gives the lengths of gradients in their place. */
export const shrinking = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(GRADIENT_TRANSFORMS, {
      name: 'lengths',
      transform: (gradients) =>
        new Map(Array.from(gradients, ([info, gradient]) => [info, tf.norm(gradient)])),
    }),
  );

/** Gives logits later. */
export const promising = (): TrainerPlugin => changing((logits) => Promise.resolve(logits));

/** Freezes a variable that there is not. */
export const misspelling = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(TRAINABLE, {
      name: 'frozen backbone',
      trains: ({ name }) => !name.startsWith('backbon/'),
    }),
  );

/** Freezes a variable that there is. */
export const freezing = (): TrainerPlugin =>
  plugin(({ roles }) =>
    roles.contribute(TRAINABLE, {
      name: 'frozen backbone',
      trains: ({ name }) => !name.startsWith('backbone/'),
    }),
  );

/** Multiplies the logits by the number of rows that it sees. */
export const sizing = (): TrainerPlugin => changing((logits) => tf.mul(logits, logits.shape[0] / 6));
