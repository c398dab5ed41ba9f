import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { errors } from '../errors.js';
import type { TfjsNodePackage } from '../find/find-tfjs-node.js';
import { addQuietLoader } from './quiet-loader.js';
import { lastLines, runProgram } from './run-program.js';
import type { OnSetupProgress } from './setup-progress.js';

/** Lines by which make tells its steps: three sources, two links, two copies, a touch. */
const STEP = /^\s+(CXX|SOLINK_MODULE|COPY|TOUCH)\(/;
const STEPS = 8;

/**
 * Compiles tfjs-node's binding with its own build (`node-pre-gyp`, and so node-gyp) against `folder/deps`, in a copy of
 * its sources beside it; the result, `folder/lib`, appears when it is whole.
 * @throws TENSORFLOW_BUILD_FAILED with what the compiler said last.
 */
export async function buildBinding(
  tfjsNode: TfjsNodePackage,
  folder: string,
  options: { readonly signal?: AbortSignal; readonly python: string; readonly onProgress: OnSetupProgress },
): Promise<void> {
  const work = join(folder, 'build.partial');
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  for (const source of ['binding', 'binding.gyp', 'package.json']) {
    await cp(join(tfjsNode.root, source), join(work, source), { recursive: true });
  }
  await addQuietLoader(work);
  await symlink(join(folder, 'deps'), join(work, 'deps'));
  const message = 'compiling the binding';
  let done = 0;
  const lines: string[] = [];
  options.onProgress({ stage: 'build', message, done, total: STEPS, unit: 'steps' });
  const { code, output } = await runProgram(process.execPath, buildArguments(tfjsNode.root), {
    cwd: work,
    env: { ...process.env, PYTHON: options.python },
    signal: options.signal,
    onLine: (line) => {
      lines.push(line);
      if (!STEP.test(line)) return;
      done = Math.min(done + 1, STEPS);
      options.onProgress({ stage: 'build', message, done, total: STEPS, unit: 'steps' });
    },
  });
  if (output.includes('spawn node-gyp ENOENT')) {
    throw errors.TOOL_MISSING({ tool: 'node-gyp', fix: 'npm install --global node-gyp' });
  }
  if (code !== 0 || !existsSync(join(work, 'lib'))) {
    const log = join(folder, 'build.log');
    await writeFile(log, lines.join('\n'));
    throw errors.BUILD_FAILED({ log, output: lastLines(output) });
  }
  await rename(join(work, 'lib'), join(folder, 'lib'));
  await rm(work, { recursive: true, force: true });
}

function buildArguments(tfjsNodeRoot: string): string[] {
  const manifest = createRequire(join(tfjsNodeRoot, 'package.json')).resolve(
    '@mapbox/node-pre-gyp/package.json',
  );
  const headers = headersBesideNode();
  const nodedir = headers === undefined ? [] : [`--nodedir=${headers}`];
  return [join(dirname(manifest), 'bin/node-pre-gyp'), 'install', '--build-from-source', ...nodedir];
}

/** Where Node's own headers came with it, node-gyp need not fetch them. */
function headersBesideNode(): string | undefined {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node_api.h')) ? prefix : undefined;
}
