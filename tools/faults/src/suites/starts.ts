import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../outcome.js';
import { pooled, runProgram } from '../run-program.js';
import { caseFolder, faultAt, isCoded } from '../scene.js';
import type { Scene } from '../scene.js';

/**
 * Kills the main job while it takes its folder (a new one, or one with an earlier run that is to be moved aside), at every call:
 * the next start must work, with `--resume` and without, and what the earlier run had must be somewhere.
 */
export async function starts(scene: Scene): Promise<readonly Case[]> {
  const stride = scene.long ? 1 : 4;
  const points = ['new', 'earlier'].flatMap((kind) =>
    ['before', 'after', 'half'].flatMap((mode) =>
      Array.from({ length: scene.long ? 25 : 3 }, (_, at) => ({ kind, mode, at: 1 + at * stride })),
    ),
  );
  const cases = await pooled(points, scene.atOnce, async ({ kind, mode, at }): Promise<Case | undefined> => {
    const name = `start-${kind}-${mode}-${at}`;
    const place = caseFolder(scene, name);
    const out = join(place, 'run');
    const start = (args: readonly string[], env = {}) =>
      runProgram(scene.programs['start-run'], ['--out', out, ...args], { env });
    if (kind === 'earlier') {
      await start([]);
      for (const file of ['a', 'precious', 'z']) writeFileSync(join(out, file), file);
    }
    const killed = await start([], faultAt(scene, `/${name}/`, at, mode));
    if (killed.signal !== 'SIGKILL') return undefined;
    for (const args of [['--resume'], []]) {
      const { code, err } = await start(args);
      if (code !== 0)
        return { name, outcome: isCoded(err) ? 'lost' : 'raw', detail: `locked out: ${err.slice(0, 200)}` };
    }
    if (kind === 'earlier' && !has(place, 'precious'))
      return { name, outcome: 'lost', detail: 'a file is gone' };
    return { name, outcome: 'equal' };
  });
  return cases.filter((one) => one !== undefined);
}

/** Whether a file with its own name in it is anywhere below. */
function has(folder: string, name: string): boolean {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(name))
    .some((path) => existsSync(join(folder, path)) && readFileSync(join(folder, path), 'utf8') === name);
}
