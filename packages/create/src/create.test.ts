import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommand } from './main.js';
import { writeProject } from './write-project.js';

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'create-'));
});
afterEach(() => rmSync(here, { recursive: true }));

describe('create', () => {
  it('writes a project without a question, and says what to do next', async () => {
    const lines: string[] = [];
    await createCommand(here, (line) => lines.push(line)).parseAsync(['node', 'x']);
    expect(lines.join('\n')).toMatch(
      /^Wrote 6 files to long-tailed-training\. Now:\n\n {2}cd long-tailed-training\n {2}npm install\n {2}npm start\n/,
    );
    expect(readdirSync(join(here, 'long-tailed-training')).sort()).toEqual([
      '.gitignore',
      'README.md',
      'package.json',
      'src',
      'tsconfig.json',
    ]);
  });

  it("finds one's own images from the project's folder", async () => {
    const args = ['node', 'x', 'mine', '--data', 'folder', '--data-dir', "o'photos"];
    await createCommand(here, () => undefined).parseAsync(args);
    expect(readFileSync(join(here, 'mine/src/data.ts'), 'utf8')).toContain(`const images = "../o'photos";`);
  });

  it('overwrites nothing', () => {
    mkdirSync(join(here, 'mine'));
    writeFileSync(join(here, 'mine/notes.txt'), 'kept');
    expect(() => writeProject('mine', { here })).toThrow(/CREATE_FOLDER_IN_USE.*mine' already holds/);
    expect(readdirSync(join(here, 'mine'))).toEqual(['notes.txt']);
  });

  it.each([
    ['My Training', {}, /PROJECT_BAD_NAME.*'My Training'/],
    ['mine', { data: 'folder' }, /PROJECT_DATA_DIR_MISSING.*--data-dir/],
    ['mine', { dataDir: 'photos' }, /PROJECT_DATA_DIR_UNUSED.*'photos'/],
  ] as const)('refuses %s with %j before anything is written', (folder, options, text) => {
    expect(() => writeProject(folder, { here, ...options })).toThrow(text);
    expect(readdirSync(here)).toEqual([]);
  });

  it('has a help text', () => {
    const help = createCommand(here, () => undefined).helpInformation();
    expect(help).toContain('Usage: create [options] [folder]');
    for (const option of ['--data', '--data-dir', '--help']) expect(help).toContain(option);
  });
});
