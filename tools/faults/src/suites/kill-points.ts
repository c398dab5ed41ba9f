import type { Case } from '../outcome.js';
import { runProgram } from '../run-program.js';
import { pooled } from '../run-program.js';
import { caseFolder, faultAt, faultOnDisk, finish, lastSaved } from '../scene.js';
import type { Scene } from '../scene.js';

/** Kills at every call that changes files of a run of one epoch (the short form: at some), before, after and half-way; then resumes. */
export async function killPoints(scene: Scene): Promise<readonly Case[]> {
  const modes = ['before', 'after', 'half'];
  const stride = scene.long ? 1 : 9;
  const points = modes.flatMap((mode, shift) =>
    Array.from({ length: scene.long ? 120 : 12 }, (_, at) => ({
      mode,
      at: 1 + at * stride + (scene.long ? 0 : 3 * shift),
    })),
  );
  const cases = await pooled(points, scene.atOnce, async ({ mode, at }): Promise<Case | undefined> => {
    const name = `kill-${mode}-${at}`;
    const folder = caseFolder(scene, name);
    const env = faultAt(scene, `/${name}/`, at, mode);
    const killed = await runProgram(scene.programs['tiny-run'], [folder, '1'], { env });
    // So many calls there are not.
    if (killed.signal !== 'SIGKILL') return undefined;
    const saved = lastSaved(killed);
    const fault = faultOnDisk(folder, scene.references.get(1)!, saved);
    return { name, ...(fault ?? (await finish(scene, folder, 1, saved))) };
  });
  return cases.filter((one) => one !== undefined);
}
