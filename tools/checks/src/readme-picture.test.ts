import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = join(root, 'tools', 'scripts', 'readme-picture.mjs');
const picture = readFileSync(join(root, 'docs', 'pictures', 'cifar10-lt.svg'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-picture-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the picture of the README is drawn from the committed results', () => {
  execFileSync(process.execPath, [script, '--check']);
});

it('a picture with another number is refused', () => {
  const stale = join(folder, 'stale.svg');
  writeFileSync(stale, picture.replace('>78.6<', '>88.6<'));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check', stale], { encoding: 'utf8' });
  expect(stderr).toMatch(/is not current\. Run: node tools\/scripts\/readme-picture\.mjs/);
  expect(status).toBe(1);
});

it('shows and tells the numbers of the table', () => {
  const table = readFileSync(join(root, 'docs', 'results', 'cifar10-lt-if100-e200', 'table.md'), 'utf8');
  const methods = ['ce', 'crt', 'whiten+crt', 'whiten+b3rs+bet+la', 'bn+cb+bet+la'];
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const method of methods) {
    const [, , , ...cells] = rows.find((row) => row[1] === `\`${method}\`` && row[2] === '1')!;
    for (const cell of cells.slice(0, 4)) {
      expect(picture).toContain(`>${cell.split(' ')[0]}<`);
      expect(picture).toContain(cell);
    }
  }
  expect(picture).toContain('prefers-color-scheme:dark');
});
