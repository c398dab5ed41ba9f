import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { putClasses } from './evenkeel.fixture.js';

/** The executable that a user runs. */
export const executable = fileURLToPath(new URL('../bin/evenkeel.mjs', import.meta.url));

/** Ends the title of what needs the executable: empty, or why it is skipped. */
export const unbuilt = existsSync(new URL('../dist/main.js', import.meta.url))
  ? ''
  : ', skipped: it is not built (npx tsc --build)';

/** Runs the executable, as a user does; throws where it does not end with 0. */
export function spawned(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [executable, ...args]);
}

/** Puts a few images of birds into a folder; the options of a quick run on them, but `--out`. */
export async function birds(folder: string, epochs: number): Promise<string[]> {
  await putClasses(`${folder}/train`, { bittern: 5, heron: 3 });
  await putClasses(`${folder}/test`, { bittern: 1, heron: 1 });
  const quick = ['--size', '8', '--batch', '8', '--method', 'baseline', '--backend', 'cpu'];
  return ['--data', 'folder', '--data-dir', folder, '--epochs', `${epochs}`, ...quick];
}
