import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRun } from './read-run.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'evenkeel-'))));
afterEach(() => rm(folder, { recursive: true }));

async function written(...lines: string[]): Promise<string> {
  const path = join(folder, 'metrics.jsonl');
  await writeFile(path, lines.join('\n'));
  return path;
}

describe('readRun', () => {
  it('names the file and the line that is wrong', async () => {
    await expect(readRun(join(folder, 'none'), 'a')).rejects.toThrow(/LIVE_PAGE_NO_SUCH_FILE.*none.*ENOENT/s);
    const path = await written('{"type":"epoch","loss":1}', 'loss 1.5', '');
    await expect(readRun(path, 'a')).rejects.toThrow(/LIVE_PAGE_NOT_METRICS.*Line 2/s);
    await expect(readRun(await written('[1]'), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
    await expect(readRun(await written('{"type":"note"}'), 'a')).rejects.toThrow(/NOTHING_FOUND.*'note'/s);
    await expect(readRun(await written(''), 'a')).rejects.toThrow(/NOTHING_FOUND/);
  });

  it('leaves a last line out that was cut short, and says so', async () => {
    const lines = ['{"type":"epoch","epoch":0,"loss":2}', '{"type":"epoch","epoch":1,"lo'];
    const run = await readRun(await written(...lines), 'a');
    expect(run.epochs).toBe(1);
    expect(run.notes).toEqual([expect.stringMatching(/^Line 2 of '.*metrics\.jsonl'.*cut short/)]);
    await expect(readRun(await written(lines[1], lines[0], ''), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
    await expect(readRun(await written('{"type":"ep'), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
  });
});
