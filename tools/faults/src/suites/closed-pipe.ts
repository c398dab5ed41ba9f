import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../outcome.js';
import { pooled } from '../run-program.js';
import { caseFolder, faultOnDisk, finish } from '../scene.js';
import type { Scene } from '../scene.js';

const STEP_MS = 400;

/** From the end of the reader to the end of the run, ms: half a second, a step, saving, and what a busy machine takes. */
const MOST_MS = 5000;

/**
 * `tiny-run | head -n 3`, and the run says nothing more after that: it must notice, save and end, without its own write that
 * fails. Linux alone can be asked who reads a pipe.
 */
export async function closedPipe(scene: Scene): Promise<readonly Case[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const rounds = Array.from({ length: scene.long ? 10 : 1 }, (_, at) => at);
  return pooled(rounds, scene.atOnce, async (round): Promise<Case> => {
    const name = `closed pipe, ${round}`;
    const folder = caseFolder(scene, `pipe-${round}`);
    const status = join(folder, '..', `pipe-${round}.status`);
    // After `head` has gone, the shell says so, and then waits for the run.
    const line =
      '{ "$0" "$1" "$2" 4 2 "$3" 2; echo "$?" > "$4"; } | { head -n 3; exec 0</dev/null; echo GONE; }';
    const args = [process.execPath, scene.programs['tiny-run'], folder, String(STEP_MS), status];
    const { err, lateMs } = await ended('sh', ['-c', line, ...args]);
    const code = existsSync(status) ? readFileSync(status, 'utf8').trim() : 'none';
    const said = /Saved '.*' after step (\d+)/.exec(err);
    if (code !== '141' || said === null)
      return { name, outcome: 'raw', detail: `exit ${code}: ${err.slice(0, 300)}` };
    if (lateMs > MOST_MS) return { name, outcome: 'wrong', detail: `it took ${lateMs.toFixed(0)} ms` };
    const saved = Number(said[1]);
    const fault = faultOnDisk(folder, scene.references.get(4)!, saved);
    return { name, ...(fault ?? (await finish(scene, folder, 4, saved))) };
  });
}

/** A program's standard error, and the time from its line GONE to its end. */
function ended(command: string, args: readonly string[]): Promise<{ err: string; lateMs: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [err, out, goneAt] = ['', '', 0];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.includes('GONE')) goneAt ||= performance.now();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.once('error', reject);
    child.once('close', () => resolve({ err, lateMs: performance.now() - goneAt }));
  });
}
