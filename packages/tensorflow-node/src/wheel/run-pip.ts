import { mkdir, rm } from 'node:fs/promises';
import { errors } from '../errors.js';
import { folderBytes } from '../build/folder-bytes.js';
import { lastLines, runProgram } from '../build/run-program.js';
import type { OnSetupProgress } from '../build/setup-progress.js';

const POLL_MILLISECONDS = 250;
/** Where the size is not known: all of NVIDIA's libraries, unpacked, have a third of it. */
const MOST_BYTES = 15e9;
const SLACK = 100e6;

/** What pip is to fetch. */
export interface PipJob {
  /** `download` keeps the wheels, `install` unpacks them. */
  readonly command: 'download' | 'install';
  /** Requirements, such as `tensorflow-cpu==2.21.0`; what they need in turn is not fetched. */
  readonly requirements: readonly string[];
  readonly platformTags: readonly string[];
  /** For people: what is fetched. */
  readonly name: string;
  /** Size in bytes, undefined where unknown. */
  readonly bytes?: number;
}

/**
 * Fetches wheels for CPython 3.11 with pip into a new folder; pip's own configuration (index, proxy, certificates)
 * holds. After a failure or an interruption the folder is gone.
 * @throws TENSORFLOW_DOWNLOAD_FAILED with what pip said last; the signal's reason when aborted.
 */
export async function runPip(
  { command, requirements, platformTags, name, bytes }: PipJob,
  folder: string,
  options: { readonly python: string; readonly signal?: AbortSignal; readonly onProgress: OnSetupProgress },
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const report = (done: number): void =>
    options.onProgress({
      stage: 'download',
      message: `downloading ${name} with pip`,
      done,
      total: bytes,
      unit: 'bytes',
    });
  const args = [
    ...['-m', 'pip', command, '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar', 'off'],
    // A dead server is given up within two minutes.
    ...['--timeout', '15', '--retries', '2'],
    ...['--disable-pip-version-check', '--python-version', '3.11', '--implementation', 'cp'],
    ...platformTags.flatMap((tag) => ['--platform', tag]),
    ...[command === 'download' ? '--dest' : '--target', folder, ...requirements],
  ];
  report(0);
  const most = bytes === undefined ? MOST_BYTES : 2 * bytes + SLACK; // pip collects a file and then copies it
  const tooMuch = new AbortController();
  const timer = setInterval(() => {
    void folderBytes(folder).then((done) => {
      report(done);
      if (done <= most) return;
      const output = `It was stopped: expected ${most} bytes at most, received ${done}.`;
      tooMuch.abort(errors.DOWNLOAD_FAILED({ name, output }));
    });
  }, POLL_MILLISECONDS);
  try {
    const signals = [tooMuch.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    // pip collects in its temporary folder first: on the same disk, and gone with the rest when interrupted.
    const env = { ...process.env, TMPDIR: folder };
    const { code, output } = await runProgram(options.python, args, { env, signal });
    if (code !== 0) throw errors.DOWNLOAD_FAILED({ name, output: lastLines(output) });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
}
