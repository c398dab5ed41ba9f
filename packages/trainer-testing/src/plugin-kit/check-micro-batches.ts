import { messageOf } from '@evenkeel/errors';
import { tinyBackbone } from '../tiny-backbone.js';
import type { PluginCheck } from './kit.js';
import { trainedValues } from './kit-run.js';

/** Values that may differ by rounding: the order of sums is another one. */
const TOLERANCE = 1e-4;

/** In micro-batches it trains as in whole batches, to float tolerance, where it is said to have no statistics of a batch. */
export const checkMicroBatches: PluginCheck = async (kit) => {
  if (kit.microBatches !== true) return [];
  const model = kit.trainer?.model ?? tinyBackbone({ dropout: 0.2 });
  try {
    const whole = await trainedValues(kit, [kit.factory()], { model });
    const parts = await trainedValues(kit, [kit.factory()], { model, microBatch: 4 });
    for (const [name, values] of whole) {
      const others = parts.get(name);
      const at = values.findIndex(
        (value, index) => !(Math.abs(value - (others?.[index] ?? NaN)) <= TOLERANCE * (1 + Math.abs(value))),
      );
      if (at < 0) continue;
      return [
        `In micro-batches of 4 the run is another one: variable '${name}'[${at}] is ${others?.[at]}, expected about ${values[at]}. Draw ` +
          'what goes by row with `{ rows: true }`, give a loss that does not divide by rows a `weight`, and let no part of the ' +
          'step look at the size of the batch.',
      ];
    }
    return [];
  } catch (error) {
    return [`A run in micro-batches of 4 fails: ${messageOf(error)}`];
  }
};
