import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '@evenkeel/trainer-core';
import type { Case } from '../outcome.js';
import { pooled, runProgram } from '../run-program.js';
import { caseFolder, faultAt, faultOnDisk, finish, lastSaved } from '../scene.js';
import type { Scene } from '../scene.js';

/** Epochs of a run that is killed again and again. */
const EPOCHS = 4;

/**
 * Kills runs again and again, at a random call or after a random time, each time after the resume of the last, until `kills` are
 * counted; every run is finished then, and must end as the unbroken one.
 */
export async function randomKills(scene: Scene, kills: number, seed: number): Promise<readonly Case[]> {
  const chains = Array.from({ length: Math.max(2, Math.ceil(kills / 25)) }, (_, at) => at);
  const perChain = Math.ceil(kills / chains.length);
  const all = await pooled(chains, scene.atOnce, (chain) => chainOf(scene, chain, perChain, seed));
  return all.flat();
}

async function chainOf(scene: Scene, chain: number, kills: number, seed: number): Promise<Case[]> {
  const random = createRandom(seed, 'kills', chain);
  const reference = scene.references.get(EPOCHS)!;
  const cases: Case[] = [];
  let [folder, saved, run] = [caseFolder(scene, `random-${chain}-0`), 0, 0];
  while (cases.length < kills) {
    const name = `random-${chain}-${run}`;
    const at = 1 + random.integer(40);
    const mode = ['before', 'after', 'half'][random.integer(3)];
    const ms = 1 + random.integer(400);
    const timed = random.uniform() < 0.3;
    const ended = await runProgram(
      scene.programs['tiny-run'],
      [folder, String(EPOCHS)],
      timed
        ? { when: { text: 'start', act: async (child) => (await pause(ms), child.kill('SIGKILL')) } }
        : { env: faultAt(scene, `/${name}/`, at, mode) },
    );
    saved = Math.max(saved, lastSaved(ended));
    const label = `${name}, ${timed ? `after ${ms} ms` : `${mode} call ${at}`}`;
    if (ended.signal !== 'SIGKILL') {
      // It came to its end before the kill: the next run of the chain begins.
      if (ended.code !== 0) cases.push({ name: label, outcome: 'raw', detail: ended.err.slice(0, 300) });
      else cases.push(...(await concluded(scene, folder, saved, label)));
      run += 1;
      [folder, saved] = [caseFolder(scene, `random-${chain}-${run}`), 0];
      continue;
    }
    const fault = faultOnDisk(folder, reference, saved);
    cases.push({ name: label, outcome: 'equal', ...fault });
  }
  cases.push(...(await concluded(scene, folder, saved, `random-${chain}-${run}, its end`)));
  return cases;
}

/** A fault of the end counts as one more case; a right end adds none, since its kills are counted already. */
async function concluded(scene: Scene, folder: string, saved: number, name: string): Promise<Case[]> {
  const end = await finish(scene, folder, EPOCHS, saved);
  return end.outcome === 'equal' ? [] : [{ name, ...end }];
}
