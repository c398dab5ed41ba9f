import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from './index.js';

describe('shellWord', () => {
  it('leaves plain words alone and quotes the others', () => {
    expect(shellWord('runs/a-1.2/x_y', 'linux')).toBe('runs/a-1.2/x_y');
    expect(shellWord('my runs/a', 'linux')).toBe("'my runs/a'");
    expect(shellWord("it's", 'linux')).toBe(String.raw`'it'\''s'`);
    expect(shellWord('', 'linux')).toBe("''");
    expect(shellWord(String.raw`C:\my runs`, 'win32')).toBe(String.raw`"C:\my runs"`);
    expect(shellWord(String.raw`C:\runs`, 'win32')).toBe(String.raw`C:\runs`);
  });

  it.skipIf(process.platform === 'win32')('gives a shell exactly the text', () => {
    const texts = fc.sample(
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
      { numRuns: 200, seed: 1 },
    );
    const script = `printf '%s\\0' ${texts.map((text) => shellWord(text)).join(' ')}`;
    const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(stdout.split('\0').slice(0, -1)).toEqual(texts);
  });
});
