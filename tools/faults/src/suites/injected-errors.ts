import type { Case } from '../outcome.js';
import { pooled, runProgram } from '../run-program.js';
import { caseFolder, faultAt, faultOnDisk, finish, isCoded, lastSaved, resultOf } from '../scene.js';
import type { Scene } from '../scene.js';

const ERRORS = ['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EDQUOT'];

/** Makes a call fail, once or from there on; the run must say so by a code, or end right, and resume when the fault is gone. */
export async function injectedErrors(scene: Scene): Promise<readonly Case[]> {
  const points = ERRORS.flatMap((error, shift) =>
    [true, false].flatMap((sticky) =>
      Array.from({ length: scene.long ? 10 : 1 }, (_, at) => ({
        error,
        sticky,
        at: scene.long ? 1 + at * 9 + shift + (sticky ? 4 : 0) : 2 + 9 * shift + (sticky ? 5 : 0),
      })),
    ),
  );
  return pooled(points, scene.atOnce, async ({ error, sticky, at }): Promise<Case> => {
    const name = `error-${error}-${sticky ? 'from' : 'at'}-${at}`;
    const folder = caseFolder(scene, name);
    const env = faultAt(scene, `/${name}/`, at, error, sticky);
    const ended = await runProgram(scene.programs['tiny-run'], [folder, '1'], { env });
    const reference = scene.references.get(1)!;
    if (ended.code === 0 && resultOf(ended) !== reference.result) {
      return { name, outcome: 'wrong', detail: 'another result, without an error' };
    }
    if (ended.code !== 0 && !isCoded(ended.err))
      return { name, outcome: 'raw', detail: ended.err.slice(0, 300) };
    const saved = lastSaved(ended);
    const fault = faultOnDisk(folder, reference, saved);
    return { name, ...(fault ?? (await finish(scene, folder, 1, saved))) };
  });
}
