import type { ChildProcess } from 'node:child_process';
import type { Case } from '../outcome.js';
import { pooled, runProgram } from '../run-program.js';
import type { Ended } from '../run-program.js';
import { caseFolder, faultOnDisk, finish, lastSaved, resultOf } from '../scene.js';
import type { Scene } from '../scene.js';

/** Two and more processes in one folder: one trains, the others are refused and told whose it is; a dead one's lock is no lock. */
export async function twoProcesses(scene: Scene): Promise<readonly Case[]> {
  const rounds = Array.from({ length: scene.long ? 10 : 1 }, (_, at) => at);
  const jobs = rounds.flatMap((round) => [
    () => second(scene, `second-${round}`),
    () => atOnce(scene, `at-once-${round}`),
    () => afterKill(scene, `after-kill-${round}`),
    () => stopped(scene, `stopped-${round}`),
  ]);
  return pooled(jobs, Math.max(1, scene.atOnce >> 1), (job) => job());
}

const run = (
  scene: Scene,
  folder: string,
  slow: string,
  when?: { text: string; act: (child: ChildProcess) => unknown },
) => runProgram(scene.programs['tiny-run'], [folder, '4', '2', slow], { when });

const isRefused = ({ code, err }: Ended, pid?: number) =>
  code === 1 &&
  /TRAINER_NODE_(RUN_IN_USE|FOLDER_CHANGED|FOLDER_IN_USE)/.test(err) &&
  (!pid || err.includes(`process ${pid} `));

/** A second process starts in the middle of the first. */
async function second(scene: Scene, name: string): Promise<Case> {
  const folder = caseFolder(scene, name);
  let other: Promise<Ended> | undefined;
  let pid = 0;
  const first = await run(scene, folder, '100', {
    text: 'saved 2',
    act: (child) => {
      pid = child.pid!;
      other = run(scene, folder, '0');
    },
  });
  const ended = await other!;
  if (!isRefused(ended, pid) && ended.code !== 0)
    return { name, outcome: 'raw', detail: ended.err.slice(0, 300) };
  // Where the first had ended before the second looked, both are right.
  if (ended.code === 0 && resultOf(ended) !== resultOf(first))
    return { name, outcome: 'wrong', detail: 'both trained' };
  return { name, ...(await finish(scene, folder, 4, lastSaved(first))) };
}

/** Four start at once. */
async function atOnce(scene: Scene, name: string): Promise<Case> {
  const folder = caseFolder(scene, name);
  const all = await Promise.all(Array.from({ length: 4 }, () => run(scene, folder, '30')));
  const won = all.filter(({ code }) => code === 0);
  const strange = all.find((ended) => ended.code !== 0 && !isRefused(ended));
  if (strange) return { name, outcome: 'raw', detail: strange.err.slice(0, 300) };
  if (won.length === 0) return { name, outcome: 'lost', detail: 'all were refused' };
  return { name, ...(await finish(scene, folder, 4, Math.max(...all.map(lastSaved)))) };
}

/** The first is killed; the second need not wait. */
async function afterKill(scene: Scene, name: string): Promise<Case> {
  const folder = caseFolder(scene, name);
  const first = await run(scene, folder, '100', { text: 'saved 2', act: (child) => child.kill('SIGKILL') });
  const saved = lastSaved(first);
  const fault = faultOnDisk(folder, scene.references.get(4)!, saved);
  return { name, ...(fault ?? (await finish(scene, folder, 4, saved))) };
}

/** The first is stopped for a while: it is silent, and alive. */
async function stopped(scene: Scene, name: string): Promise<Case> {
  const folder = caseFolder(scene, name);
  let other: Ended | undefined;
  const first = await run(scene, folder, '100', {
    text: 'saved 2',
    act: async (child) => {
      child.kill('SIGSTOP');
      other = await run(scene, folder, '0');
      child.kill('SIGCONT');
    },
  });
  if (!other || !isRefused(other))
    return { name, outcome: 'wrong', detail: `not refused: ${other?.err.slice(0, 200)}` };
  return { name, ...(await finish(scene, folder, 4, lastSaved(first))) };
}
