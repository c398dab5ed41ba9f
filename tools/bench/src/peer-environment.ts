import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from '@evenkeel/tensorflow-node';

/**
 * The Python of the peers' virtual environment, made in the cache folder when it is not there or its requirements have
 * changed. Needs python3 with pip; downloads some gigabytes.
 */
export async function peerEnvironment(onMessage: (line: string) => void): Promise<string> {
  const requirements = fileURLToPath(new URL('../peers/requirements.txt', import.meta.url));
  const folder = join(cacheFolder(), 'bench-peers');
  const python = join(folder, 'bin', 'python');
  const installed = join(folder, 'requirements.txt');
  const wanted = await readFile(requirements, 'utf8');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return python;
  onMessage(`making the peers' environment in ${folder}; the first time it takes some minutes`);
  await run(process.env.PYTHON ?? 'python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
  await copyFile(requirements, installed);
  return python;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`\`${[command, ...args].join(' ')}\` failed with exit code ${code}`);
}
