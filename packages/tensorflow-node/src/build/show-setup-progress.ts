import { Presets, SingleBar } from 'cli-progress';
import type { OnSetupProgress, SetupProgress } from './setup-progress.js';

/** Shows the progress of a set-up until it is told to stop. */
export interface SetupProgressView {
  readonly onProgress: OnSetupProgress;
  /** Leaves the last line standing. */
  stop(): void;
}

/**
 * Shows how a set-up goes: a bar with the time left on a terminal, one plain line per message elsewhere; on standard
 * error by default.
 */
export function showSetupProgress(stream: NodeJS.WriteStream = process.stderr): SetupProgressView {
  return stream.isTTY ? bars(stream) : lines(stream);
}

function lines(stream: NodeJS.WritableStream): SetupProgressView {
  let shown: string | undefined;
  return {
    onProgress(progress) {
      if (progress.message === shown) return;
      shown = progress.message;
      const size = progress.unit === 'bytes' && progress.total ? ` (${megabytes(progress.total)})` : '';
      stream.write(`evenkeel: ${progress.message}${size}\n`);
    },
    stop: () => undefined,
  };
}

function bars(stream: NodeJS.WriteStream): SetupProgressView {
  let bar: SingleBar | undefined;
  let shown: string | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    onProgress(progress) {
      if (progress.message !== shown) {
        stop();
        shown = progress.message;
        bar = startBar(stream, progress);
      }
      if (progress.total !== undefined) bar?.setTotal(progress.total);
      bar?.update(progress.done ?? 0, { amount: amount(progress) });
    },
    stop,
  };
}

function startBar(stream: NodeJS.WriteStream, progress: SetupProgress): SingleBar {
  const measured = progress.total === undefined ? '' : '|{bar}| {percentage} % ';
  const left = progress.total === undefined ? '' : ', {eta_formatted} left';
  const format = `${progress.message} ${measured}{amount}{duration_formatted}${left}`;
  const bar = new SingleBar(
    { stream, format, fps: 4, etaBuffer: 40, hideCursor: false, formatTime: inSeconds },
    Presets.shades_classic,
  );
  bar.start(progress.total ?? 0, 0, { amount: '' });
  return bar;
}

function amount({ done, total, unit }: SetupProgress): string {
  if (unit !== 'bytes' || done === undefined) return '';
  if (total === undefined) return `${megabytes(done)}, `;
  return `${megabytes(Math.min(done, total))} of ${megabytes(total)}, `;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** cli-progress gives a word where the time left is not known yet. */
function inSeconds(seconds: number | string): string {
  return Number.isFinite(Number(seconds)) ? `${Math.round(Number(seconds))} s` : '?';
}
