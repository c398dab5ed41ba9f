import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderErrors } from '@evenkeel/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mainErrors } from './errors.js';
import { readResults } from './results.js';
import { prepareFolder } from './run-folder.js';
import { readSettings } from './settings.js';

let folder: string;
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => rm(folder, { recursive: true }));

const settings = (...argv: string[]) => readSettings(['--out', join(folder, 'run'), ...argv]);

describe('prepareFolder', () => {
  it('goes on only with the options that the run was started with', async () => {
    expect(await prepareFolder(settings('--limit', '50'))).toBe(false);
    expect(await prepareFolder(settings('--limit', '50', '--resume'))).toBe(true);
    const refused = (...argv: string[]) => expect(prepareFolder(settings(...argv, '--resume'))).rejects;
    await refused('--limit', '50', '--seed', '2').toThrow(/MAIN_OTHER_RUN.*--seed 1, received 2/s);
    await refused('--limit', '50', '--epochs', '9').toThrow(/--epochs 6, received 9/);
    await refused().toThrow(/with --limit 50, received none/);
  });

  it('moves an older run aside, and says when there is nothing to resume', async () => {
    await prepareFolder(settings());
    await writeFile(join(folder, 'run', 'precious'), '');
    await prepareFolder(settings());
    const [, aside] = (await readdir(folder)).sort();
    expect(await readdir(join(folder, aside))).toContain('precious');
    expect(said.join()).toContain('Moved the earlier');
    await rm(join(folder, 'run'), { recursive: true });
    expect(await prepareFolder(settings('--resume'))).toBe(false);
    expect(said.at(-1)).toContain('nothing to resume');
  });

  it('moves nothing where an earlier run ended before it had anything', async () => {
    await prepareFolder(settings());
    await prepareFolder(settings('--seed', '2'));
    expect(await readdir(folder)).toEqual(['run']);
    expect(await prepareFolder(settings('--seed', '2', '--resume'))).toBe(true);
  });

  it('names a file of an earlier run that is damaged, and leaves it', async () => {
    await prepareFolder(settings());
    const [options, results] = ['settings.json', 'result.json'].map((name) => join(folder, 'run', name));
    expect(await readResults(results)).toEqual([]);
    for (const file of [options, results]) await writeFile(file, '{ "seed"');
    for (const argv of [[], ['--resume']])
      await expect(prepareFolder(settings(...argv))).rejects.toThrow(/MAIN_FILE_DAMAGED.*settings\.json/s);
    await expect(readResults(results)).rejects.toThrow(/MAIN_FILE_DAMAGED.*result\.json/s);
    expect(await readdir(folder)).toEqual(['run']);
  });

  it('never moves or mixes with files that no run has written', async () => {
    await mkdir(join(folder, 'run'));
    expect(await prepareFolder(settings())).toBe(false);
    await rm(join(folder, 'run', 'settings.json'));
    await writeFile(join(folder, 'run', 'data_batch_1.bin'), 'mine');
    for (const argv of [[], ['--resume']])
      await expect(prepareFolder(settings(...argv))).rejects.toThrow('MAIN_OUT_IN_USE');
    expect(await readdir(join(folder, 'run'))).toEqual(['data_batch_1.bin']);
    expect(await readdir(folder)).toEqual(['run']);
  });

  it('refuses a file and a place that cannot be written to, and leaves both', async () => {
    await writeFile(join(folder, 'run'), 'mine');
    await expect(prepareFolder(settings())).rejects.toThrow('MAIN_OUT_NOT_A_FOLDER');
    expect(await readdir(folder)).toEqual(['run']);
    const below = readSettings(['--out', join(folder, 'run', 'below')]);
    await expect(prepareFolder(below)).rejects.toThrow(/MAIN_OUT_NOT_WRITABLE.*ENOTDIR/s);
  });
});

it('has errors that read as sentences', () => {
  const rendered = renderErrors(mainErrors);
  expect(new Set(rendered.map((error) => error.code)).size).toBe(rendered.length);
  for (const { text } of rendered) expect(text).not.toMatch(/undefined|\[object|\$\{/);
});
