import type { PluginCheck } from './kit.js';
import { difference, trainedValues } from './kit-run.js';

/** The same seed gives the same weights, run after run, in one process. */
export const checkRepeatable: PluginCheck = async (kit) => {
  const first = await trainedValues(kit, [kit.factory()]);
  const second = await trainedValues(kit, [kit.factory()]);
  const problem = difference(first, second);
  if (problem === undefined) return [];
  return [
    `Two runs with the same seed differ: in the second, ${problem}. Draw from random(purpose) or context.uniform instead of ` +
      'Math.random, leave clocks out of what makes numbers, and keep nothing outside setup.',
  ];
};
