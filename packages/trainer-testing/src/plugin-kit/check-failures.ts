import { messageOf } from '@evenkeel/errors';
import { BATCH_TRANSFORMS, definePlugin, LOSS, OPTIMIZER } from '@evenkeel/trainer-core';
import type { SetupContext, TrainerPlugin } from '@evenkeel/trainer-core';
import * as tf from '@tensorflow/tfjs-core';
import type { PluginCheck } from './kit.js';
import { codeOf, epochsOf, kitTrainer } from './kit-run.js';

/** What fails beside the plugin: a part of each kind that plugins wrap, when `fail` says so. */
const FAILING: Readonly<Record<string, (context: SetupContext, fail: () => void) => void>> = {
  LOSS: ({ roles }, fail) =>
    roles.decorate(LOSS, (inner) => ({
      name: 'failing',
      loss(logits, context) {
        fail();
        return inner.loss(logits, context);
      },
      ...(inner.weight && { weight: (context) => inner.weight!(context) }),
    })),
  OPTIMIZER: ({ roles }, fail) =>
    roles.decorate(OPTIMIZER, (inner) => ({
      name: 'failing',
      build(scope, weights) {
        const optimizer = inner.build(scope, weights);
        return {
          apply(gradients, context) {
            fail();
            optimizer.apply(gradients, context);
          },
        };
      },
    })),
  BATCH_TRANSFORMS: ({ roles }, fail) =>
    roles.contribute(BATCH_TRANSFORMS, { name: 'failing', transform: fail }),
};

const NAME = '@evenkeel/trainer-testing/failing';

/** Another plugin's failure in the second step ends the run in that plugin's name, and leaves no tensors behind. */
export const checkFailures: PluginCheck = async (kit) => {
  const problems: string[] = [];
  for (const [role, setUp] of Object.entries(FAILING)) {
    const before = tf.memory().numTensors;
    const trainer = kitTrainer(kit, [failing(setUp), kit.factory()]);
    const error = await trainer.fit({ epochs: epochsOf(kit) }).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    await trainer.dispose();
    const what = `When another plugin's ${role} throws`;
    if (error === undefined) {
      problems.push(`${what}, the run ends well: do not catch what parts that you wrap throw.`);
    } else if (codeOf(error) !== 'TRAINER_ROLE_FAILED' || !messageOf(error).includes(NAME)) {
      problems.push(
        `${what}, the run fails as "${messageOf(error)}": expected TRAINER_ROLE_FAILED of '${NAME}'. Let pass what parts that you ` +
          'wrap throw.',
      );
    }
    const left = tf.memory().numTensors - before;
    if (left !== 0) {
      problems.push(
        `${what}, ${left} tensors are left after trainer.dispose(). Dispose what you keep in \`finally\`, or make it in tf.tidy.`,
      );
    }
  }
  return problems;
};

function failing(setUp: (context: SetupContext, fail: () => void) => void): TrainerPlugin {
  return definePlugin({
    name: NAME,
    version: '1.0.0',
    api: '^2.0',
    order: 'pre', // the innermost
    setup(context) {
      let armed = false;
      context.hooks.batch$.subscribe(({ type }) => void (armed ||= type === 'batch-end'));
      setUp(context, () => {
        if (armed) throw new Error('on purpose');
      });
    },
  });
}
