import { messageOf } from '@evenkeel/errors';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { errors } from '../errors.js';
import { parseLine } from '../model/run-line.js';
import { RunRecord } from '../model/run-record.js';

/**
 * A run from a file that the plugin `metricsFile` wrote, read line by line; `name` is what the page calls it. A last line that
 * was cut short is left out, and `notes` say so. Throws `LIVE_PAGE_NO_SUCH_FILE`, `LIVE_PAGE_NOT_METRICS` and
 * `LIVE_PAGE_NOTHING_FOUND`.
 */
export async function readRun(path: string, name: string): Promise<RunRecord> {
  const run = new RunRecord(name);
  const types = new Set<string>();
  let number = 0;
  let broken: number | undefined;
  for await (const text of linesOf(path)) {
    number++;
    if (text.trim() === '') continue;
    // Only the last line may be cut short.
    if (broken !== undefined) throw errors.NOT_METRICS({ path, line: broken });
    const line = parseLine(text);
    if (!line) {
      broken = number;
      continue;
    }
    types.add(line.type);
    run.apply(line);
  }
  if (broken !== undefined) {
    if (types.size === 0 || (await endsWhole(path))) throw errors.NOT_METRICS({ path, line: broken });
    run.notes.push(`Line ${broken} of '${path}', its last, is cut short and left out.`);
  }
  if (run.steps.size + run.scalars.size + run.lists.size === 0) {
    throw errors.NOTHING_FOUND({ path, names: [...types] });
  }
  return run;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input: stream, crlfDelay: Infinity });
  } catch (cause) {
    throw errors.NO_SUCH_FILE({ path, reason: messageOf(cause) }, { cause });
  } finally {
    stream.destroy();
  }
}

/** Whether a file's last line has its end. */
async function endsWhole(path: string): Promise<boolean> {
  let last = '';
  for await (const piece of createReadStream(path, 'utf8')) last = String(piece).at(-1) ?? last;
  return last === '\n';
}
