import { messageOf } from '@evenkeel/errors';
import type { PluginCheck } from './kit.js';
import { difference, trainedValues } from './kit-run.js';

/** A compiled run equals the eager one bit for bit, on the backend that is current. */
export const checkCompiled: PluginCheck = async (kit) => {
  if (kit.compiled === undefined) return [];
  const eager = await trainedValues(kit, [kit.factory()]);
  try {
    const compiled = await trainedValues(kit, [kit.factory()], { compile: kit.compiled.compile });
    const problem = difference(eager, compiled);
    if (problem === undefined) return [];
    return [
      `The compiled run is not the eager one: ${problem}. The step must be pure: what changes from step to step has to come in as a ` +
        'tensor of the context, not as a number read on the host. Where it is pure and differs in the last digits: TensorFlow rounds ' +
        'tf.softmax otherwise in a graph, so take tf.exp(tf.logSoftmax(…)).',
    ];
  } catch (error) {
    return [`The compiled run fails: ${messageOf(error)}`];
  }
};
