import { formatDuration } from '@evenkeel/trainer-core/node';
import { SingleBar } from 'cli-progress';

/** Something that takes a while, as data sets and set-ups report it. */
interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total?: number;
}

/** Shows one progress after the other: a bar with ETA on a terminal, a line per label elsewhere. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  let bar: SingleBar | undefined;
  let label = '';
  return ({ label: next, done, total = 0 }) => {
    if (next !== label) {
      label = next;
      bar?.stop();
      bar = undefined;
      if (!stream.isTTY) stream.write(`${label}\n`);
      else {
        bar = new SingleBar({
          format: `${label} [{bar}] {percentage}%  ETA {eta_formatted}`,
          stream,
          hideCursor: false,
          formatTime: (seconds) => formatDuration(Number(seconds)),
        });
        bar.start(total, done);
      }
    }
    bar?.setTotal(total);
    bar?.update(done);
    if (total > 0 && done >= total) {
      bar?.stop();
      bar = undefined;
      label = '';
    }
  };
}
