import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { linesOf } from './metrics-lines.js';

it('gives the lines of a type, without what is none, and nothing where there is no file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'metrics.jsonl');
  expect(await linesOf(path, 'epoch')).toEqual([]);
  await writeFile(path, '{"type":"step"}\n{"type":"epoch","epoch":0}\nnull\n7\n{"type":"epo');
  expect(await linesOf(path, 'epoch')).toEqual([{ type: 'epoch', epoch: 0 }]);
});
