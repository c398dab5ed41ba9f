import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { writePlugin } from './write-plugin.js';

/** The disk is full when so many files are written. */
let room = Infinity;

vi.mock(import('node:fs'), async (original) => {
  const real = await original();
  const writeFileSync: typeof real.writeFileSync = (path, data, options) => {
    real.writeFileSync(path, data, options);
    if (--room < 0)
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', errno: -28 });
  };
  return { ...real, writeFileSync };
});

it('takes back what it wrote when the disk is full, so that the next try finds no half plugin', () => {
  const here = mkdtempSync(join(tmpdir(), 'create-plugin-'));
  onTestFinished(() => rmSync(here, { recursive: true }));
  room = 3;
  expect(() => writePlugin('mixup', { here })).toThrow(/CREATE_NOT_WRITTEN.*ENOSPC/s);
  const left = readdirSync(join(here, 'mixup'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile())).toEqual([]);
  room = Infinity;
  rmSync(join(here, 'mixup'), { recursive: true });
  expect(writePlugin('mixup', { here }).files.length).toBeGreaterThan(3);
});
