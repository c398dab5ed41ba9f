import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readResults } from './results.js';
import { openRunFolder } from './run-folder.js';
import { readTrainSettings, resumeCommand } from './settings.js';
import type { TrainSettings } from './settings.js';

let folder: string;
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  said.length = 0;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(() => rm(folder, { recursive: true }));

/** Opens the folder, makes it the run's, and gives it back, as a whole call does; whether it resumes. */
async function prepareFolder(given: TrainSettings): Promise<boolean> {
  const { goesOn, claim, close } = await openRunFolder(given);
  await claim();
  await close();
  return goesOn;
}
const settings = (...argv: string[]) => readTrainSettings(['--out', join(folder, 'run'), ...argv]);

describe('prepareFolder', () => {
  it('resumes only with the options that the run was started with', async () => {
    expect(await prepareFolder(settings('--limit', '50'))).toBe(false);
    expect(await prepareFolder(settings('--limit', '50', '--resume'))).toBe(true);
    const refused = (...argv: string[]) => expect(prepareFolder(settings(...argv, '--resume'))).rejects;
    await refused('--limit', '50', '--seed', '2').toThrow(/EVENKEEL_OTHER_RUN.*--seed 1, received 2/s);
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
      await expect(prepareFolder(settings(...argv))).rejects.toThrow(
        /EVENKEEL_FILE_DAMAGED.*settings\.json/s,
      );
    await expect(readResults(results)).rejects.toThrow(/EVENKEEL_FILE_DAMAGED.*result\.json/s);
    expect(await readdir(folder)).toEqual(['run']);
  });

  it('never moves or mixes with files that no run has written', async () => {
    await mkdir(join(folder, 'run'));
    expect(await prepareFolder(settings())).toBe(false);
    await rm(join(folder, 'run', 'settings.json'));
    await writeFile(join(folder, 'run', 'data_batch_1.bin'), 'mine');
    for (const argv of [[], ['--resume']])
      await expect(prepareFolder(settings(...argv))).rejects.toThrow('EVENKEEL_OUT_IN_USE');
    expect(await readdir(join(folder, 'run'))).toEqual(['data_batch_1.bin']);
    expect(await readdir(folder)).toEqual(['run']);
  });

  it('refuses a file and a place that cannot be written to, and leaves both', async () => {
    await writeFile(join(folder, 'run'), 'mine');
    await expect(prepareFolder(settings())).rejects.toThrow('EVENKEEL_OUT_NOT_A_FOLDER');
    expect(await readdir(folder)).toEqual(['run']);
    const below = readTrainSettings(['--out', join(folder, 'run', 'below')]);
    await expect(prepareFolder(below)).rejects.toThrow(/EVENKEEL_OUT_NOT_WRITABLE.*ENOTDIR/s);
  });
});

describe('the folder of a run', () => {
  it('is one process’s, and as it was when the run is refused before its claim', async () => {
    const first = await openRunFolder(settings());
    await expect(openRunFolder(settings())).rejects.toThrow('TRAINER_NODE_RUN_IN_USE');
    await first.close();
    expect(await readdir(folder)).toEqual([]);
    await prepareFolder(settings());
    await writeFile(join(folder, 'run', 'precious'), '');
    const before = await readdir(join(folder, 'run'));
    await (await openRunFolder(settings())).close();
    expect(await readdir(join(folder, 'run'))).toEqual(before);
    expect(await readdir(folder)).toEqual(['run']);
  });

  it.each(['', '{"seed":1', undefined])('is not locked out by a kill during the start: %j', async (left) => {
    await mkdir(join(folder, 'run'));
    // Before this version the options were written in place; now aside, by a process that may be killed as well.
    const name = left === '{"seed":1' ? 'settings.json.4711.part' : 'settings.json';
    if (left !== undefined) await writeFile(join(folder, 'run', name), left);
    expect(await prepareFolder(settings())).toBe(false);
    expect(await readdir(join(folder, 'run'))).toEqual(['settings.json']);
    expect(await prepareFolder(settings('--resume'))).toBe(true);
  });

  it('resumes as an earlier run’s when moving it aside was cut short', async () => {
    await prepareFolder(settings());
    for (const name of ['a', 'b', 'z']) await writeFile(join(folder, 'run', name), name);
    await mkdir(join(folder, 'other'));
    // As a kill leaves it after the first files: the options are still there.
    await rm(join(folder, 'run', 'a'));
    expect(await prepareFolder(settings())).toBe(false);
    const aside = (await readdir(folder)).find((name) => name.startsWith('run.'))!;
    expect(await readdir(join(folder, aside))).toEqual(['b', 'settings.json', 'z']);
  });

  it('is followed when it is a link, which stays', async () => {
    await mkdir(join(folder, 'disk'));
    await symlink(join(folder, 'disk'), join(folder, 'run'));
    await prepareFolder(settings());
    await writeFile(join(folder, 'disk', 'precious'), '');
    await prepareFolder(settings());
    expect(await readlink(join(folder, 'run'))).toBe(join(folder, 'disk'));
    expect(await readdir(join(folder, 'disk'))).toEqual(['settings.json']);
    expect((await readdir(folder)).filter((name) => name.startsWith('disk.'))).toHaveLength(1);
  });

  it('may end in a slash, and may be where one stands unless an older run is there', async () => {
    expect(readTrainSettings(['--out', 'a/b//']).out).toBe('a/b');
    expect(readTrainSettings(['--out', '/']).out).toBe('/');
    await prepareFolder(readTrainSettings(['--out', `${join(folder, 'run')}/`]));
    expect(await readdir(folder)).toEqual(['run']);
    await writeFile(join(folder, 'run', 'precious'), '');
    const before = process.cwd();
    process.chdir(join(folder, 'run'));
    try {
      await expect(prepareFolder(readTrainSettings(['--out', '.']))).rejects.toThrow('EVENKEEL_OUT_IS_HERE');
      expect((await readdir('.')).sort()).toEqual(['precious', 'settings.json']);
      expect(await prepareFolder(readTrainSettings(['--out', '.', '--resume']))).toBe(true);
    } finally {
      process.chdir(before);
    }
  });

  it('refuses results that it could not show, before anything runs', async () => {
    await prepareFolder(settings());
    await writeFile(join(folder, 'run', 'result.json'), '{"runs":[{"name":"baseline"}]}');
    await expect(prepareFolder(settings('--resume'))).rejects.toThrow(/EVENKEEL_FILE_DAMAGED.*result\.json/s);
    await writeFile(join(folder, 'run', 'settings.json'), '[1]');
    await expect(prepareFolder(settings('--resume'))).rejects.toThrow(/EVENKEEL_FILE_DAMAGED.*no options/s);
    expect(await readFile(join(folder, 'run', 'settings.json'), 'utf8')).toBe('[1]');
  });

  it('is printed as a shell takes it', () => {
    const given = { ...settings(), out: 'my runs/it', dataDir: "o'data" };
    expect(resumeCommand(given, 'npm start --')).toContain(String.raw`--data-dir 'o'\''data'`);
    expect(resumeCommand(given, 'npm start --')).toContain("--out 'my runs/it' --resume");
  });
});
