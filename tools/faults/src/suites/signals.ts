import { setTimeout as pause } from 'node:timers/promises';
import type { Case } from '../outcome.js';
import { pooled, runProgram } from '../run-program.js';
import { caseFolder, faultOnDisk, finish, lastSaved } from '../scene.js';
import type { Scene } from '../scene.js';

const SLOW = '150';

interface Disturbance {
  readonly name: string;
  readonly signals: readonly NodeJS.Signals[];
  /** Milliseconds between them. */
  readonly gap: number;
  readonly code: number;
  readonly says: RegExp;
}

const SAVED = /Saved '.*step-\d+\.safetensors' after step \d+/;
const DISTURBANCES: readonly Disturbance[] = [
  { name: 'SIGINT', signals: ['SIGINT'], gap: 0, code: 130, says: SAVED },
  { name: 'SIGTERM', signals: ['SIGTERM'], gap: 0, code: 143, says: SAVED },
  { name: 'SIGHUP', signals: ['SIGHUP'], gap: 0, code: 129, says: SAVED },
  { name: 'SIGTERM twice', signals: ['SIGTERM', 'SIGTERM'], gap: 30, code: 143, says: SAVED },
  { name: 'SIGINT twice at once', signals: ['SIGINT', 'SIGINT'], gap: 5, code: 130, says: SAVED },
];

/** Signals and a closed output in the middle of a run: it stops, saves, says so truly, and resumes to the same end. */
export async function signals(scene: Scene): Promise<readonly Case[]> {
  const rounds = Array.from({ length: scene.long ? 10 : 1 }, (_, at) => at);
  const all = rounds.flatMap((round) => [...DISTURBANCES, undefined].map((what) => ({ what, round })));
  return pooled(all, scene.atOnce, async ({ what, round }): Promise<Case> => {
    const name = `${what?.name ?? 'closed output'}, ${round}`;
    const folder = caseFolder(scene, `signal-${name.replace(/\W+/g, '-')}`);
    const act = async (child: {
      kill(signal: NodeJS.Signals): boolean;
      stdout: { destroy(): unknown } | null;
    }) => {
      await pause(20 * round);
      if (!what) return child.stdout?.destroy();
      for (const signal of what.signals) {
        child.kill(signal);
        await pause(what.gap);
      }
      return undefined;
    };
    const when = { text: 'saved 2', act };
    const ended = await runProgram(scene.programs['tiny-run'], [folder, '4', '2', SLOW], { when });
    const { code, says } = what ?? { code: 141, says: SAVED };
    if (ended.code !== code) {
      return {
        name,
        outcome: 'raw',
        detail: `exit ${ended.code}, ${ended.signal}: ${ended.err.slice(0, 300)}`,
      };
    }
    if (!says.test(ended.err)) return { name, outcome: 'wrong', detail: `said: ${ended.err.slice(0, 300)}` };
    // What it says that it saved must be there.
    const said = Number(/after step (\d+)/.exec(ended.err)?.[1]);
    const saved = Math.max(said, lastSaved(ended));
    const fault = faultOnDisk(folder, scene.references.get(4)!, saved);
    return { name, ...(fault ?? (await finish(scene, folder, 4, saved))) };
  });
}
