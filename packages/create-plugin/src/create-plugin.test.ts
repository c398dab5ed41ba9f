import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPluginCommand } from './main.js';
import { writePlugin } from './write-plugin.js';

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'create-plugin-'));
});
afterEach(() => rmSync(here, { recursive: true }));

describe('create-plugin', () => {
  it('writes a folder of the name, and says what to do next', async () => {
    const lines: string[] = [];
    await createPluginCommand(here, (line) => lines.push(line)).parseAsync(['node', 'x', '@lab/label-noise']);
    expect(lines.join('\n')).toMatch(
      /^Wrote 12 files to label-noise\. Now:\n\n {2}cd label-noise\n {2}npm install\n/,
    );
    expect(readdirSync(join(here, 'label-noise')).sort()).toEqual([
      '.gitignore',
      'README.md',
      'package.json',
      'src',
      'tsconfig.build.json',
      'tsconfig.json',
    ]);
    const manifest = JSON.parse(readFileSync(join(here, 'label-noise/package.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ name: '@lab/label-noise' });
  });

  it('writes into another folder, which may be there and empty, or a new git repository', () => {
    mkdirSync(join(here, 'elsewhere/.git'), { recursive: true });
    expect(writePlugin('mixup', { here, folder: 'elsewhere' }).folder).toBe(join(here, 'elsewhere'));
  });

  it('overwrites nothing', () => {
    mkdirSync(join(here, 'mixup'));
    writeFileSync(join(here, 'mixup/notes.txt'), 'mine');
    expect(() => writePlugin('mixup', { here })).toThrow(
      /CREATE_FOLDER_IN_USE.*mixup' already holds 'notes\.txt'/,
    );
    expect(readdirSync(join(here, 'mixup'))).toEqual(['notes.txt']);
  });

  it('says where it cannot write', () => {
    writeFileSync(join(here, 'file'), '');
    expect(() => writePlugin('mixup', { here, folder: 'file' })).toThrow(/CREATE_NOT_WRITTEN.*ENOTDIR/);
  });

  it('prints a folder with blanks as a shell takes it', async () => {
    const lines: string[] = [];
    const command = createPluginCommand(here, (line) => lines.push(line));
    await command.parseAsync(['node', 'x', 'mixup', '--folder', 'my plugins']);
    expect(lines.join('\n')).toContain("cd 'my plugins'\n");
  });

  it('has a help text', () => {
    const help = createPluginCommand(here, () => undefined).helpInformation();
    expect(help).toContain('Usage: create-plugin [options] <name>');
    expect(help).toContain('--folder <folder>');
  });
});
