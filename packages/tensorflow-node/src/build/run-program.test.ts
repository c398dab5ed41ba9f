import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lastLines, runProgram } from './run-program.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

const node = (script: string, options = {}) => runProgram(process.execPath, ['-e', script], options);

describe('runProgram', () => {
  it('gives the exit code and what was printed on both streams', async () => {
    const lines: string[] = [];
    const script = "console.log('one\\ntwo'); console.error('three'); process.exitCode = 3";
    const { code, output } = await node(script, { onLine: (line: string) => lines.push(line) });
    expect(code).toBe(3);
    expect(lines.sort()).toEqual(['one', 'three', 'two']);
    expect(output).toContain('three');
  });

  it('gives no code for a program that does not exist', async () => {
    expect((await runProgram('evenkeel-no-such-program', [])).code).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('ends what the program started, too, when aborted', async () => {
    const file = join(temporaryFolder(), 'written');
    const grandchild = `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(file)}, ''), 700)`;
    const script = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(grandchild)}])`;
    await expect(node(script, { signal: AbortSignal.timeout(300) })).rejects.toThrow(/timeout/i);
    await delay(800);
    expect(existsSync(file)).toBe(false);
  });

  it('does not start when aborted before', async () => {
    await expect(node('', { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe('lastLines', () => {
  it('keeps the end and drops empty lines', () => {
    expect(lastLines('a\n\nb\r\nc\n', 2)).toBe('b\nc');
  });
});
