import type { PluginCheck } from './kit.js';
import { difference, trainedValues } from './kit-run.js';

/** Switched off it changes nothing: `off` where it is given, and the whole plugin where it only observes. */
export const checkOff: PluginCheck = async (kit) => {
  const plain = await trainedValues(kit, []);
  const problems: string[] = [];
  if (kit.off !== undefined) {
    const problem = difference(plain, await trainedValues(kit, kit.off()));
    if (problem !== undefined) {
      problems.push(
        `Switched off it still changes the run: ${problem} as without it. Fill no role and draw no random number then.`,
      );
    }
  }
  if (kit.observer === true) {
    const problem = difference(plain, await trainedValues(kit, [kit.factory()]));
    if (problem !== undefined) {
      problems.push(
        `It is said to observe only, but the run is another one: ${problem} as without it. Look through hooks and inspectors, fill no role that makes numbers.`,
      );
    }
  }
  return problems;
};
