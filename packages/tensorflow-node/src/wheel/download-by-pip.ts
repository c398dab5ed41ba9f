import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderBytes } from '../build/folder-bytes.js';
import { runProgram } from '../build/run-program.js';
import type { OnSetupProgress } from '../build/setup-progress.js';

const POLL_MILLISECONDS = 250;
const PYTHONS = ['python3', 'python'];

/** Platforms of wheels that fit a machine, as pip names them; the names in wheels that we take are among them. */
const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  'linux-x64': [
    'manylinux_2_28_x86_64',
    'manylinux_2_27_x86_64',
    'manylinux_2_17_x86_64',
    'manylinux2014_x86_64',
  ],
  'linux-arm64': ['manylinux_2_28_aarch64', 'manylinux_2_27_aarch64', 'manylinux_2_17_aarch64'],
  'darwin-arm64': ['macosx_12_0_arm64', 'macosx_11_0_arm64'],
  'win32-x64': ['win_amd64'],
};

/** What pip is to fetch. */
export interface PipWheel {
  readonly distribution: string;
  readonly version: string;
  /** Its size in bytes; undefined where unknown. */
  readonly bytes?: number;
}

/**
 * Fetches a wheel into `folder` with the pip of this machine, which knows its package index where nobody names one; returns its path.
 * Throws Error with the reason, among them that there is no pip; the signal's reason when aborted.
 */
export async function downloadByPip(
  { distribution, version, bytes }: PipWheel,
  folder: string,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress: OnSetupProgress },
): Promise<string> {
  const python = await pythonWithPip(signal);
  const aside = join(folder, 'pip');
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const message = `downloading ${distribution} ${version} with pip`;
  const report = (done: number): void =>
    onProgress({ stage: 'download', message, done, total: bytes, unit: 'bytes' });
  const timer = setInterval(() => void folderBytes(aside).then(report), POLL_MILLISECONDS);
  try {
    const platforms = PLATFORMS[`${process.platform}-${process.arch}`] ?? [];
    const args = [
      ...[
        '-m',
        'pip',
        'download',
        '--no-deps',
        '--only-binary=:all:',
        '--no-cache-dir',
        '--progress-bar',
        'off',
      ],
      // A dead server is given up within two minutes.
      ...['--timeout', '15', '--retries', '2', '--disable-pip-version-check'],
      ...['--python-version', '3.11', '--implementation', 'cp'],
      ...platforms.flatMap((platform) => ['--platform', platform]),
      ...['--dest', aside, `${distribution}==${version}`],
    ];
    // pip collects in its temporary folder first: on the same disk, and gone with the rest when interrupted.
    const { code, output } = await runProgram(python, args, {
      env: { ...process.env, TMPDIR: aside },
      signal,
    });
    const name = (await readdir(aside)).find((file) => file.endsWith('.whl'));
    if (code !== 0 || name === undefined)
      throw new Error(`pip said: ${output.split('\n').slice(-3).join(' ')}`);
    await rename(join(aside, name), join(folder, name));
    return join(folder, name);
  } finally {
    clearInterval(timer);
    await rm(aside, { recursive: true, force: true });
  }
}

async function pythonWithPip(signal: AbortSignal | undefined): Promise<string> {
  for (const python of PYTHONS) {
    const { code } = await runProgram(python, ['-m', 'pip', '--version'], { signal });
    if (code === 0) return python;
  }
  throw new Error('no package index is named, and there is no pip that knows one');
}
