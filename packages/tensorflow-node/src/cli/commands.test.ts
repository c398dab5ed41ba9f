import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errors } from '../errors.js';
import { doctorCommand, doctorJson, doctorText } from './doctor-command.js';
import type { Diagnosis } from './doctor-command.js';
import { tensorflowNodeCommand } from './main.js';
import { runCommand } from './run-command.js';

const BACKENDS: readonly Diagnosis[] = [
  {
    name: 'native',
    works: false,
    detail: 'missing: g++',
    fixes: ['sudo apt-get install g++', 'npx evenkeel setup native'],
  },
  { name: 'wasm', works: true, detail: 'SIMD, 2 threads', fixes: [] },
];
const verdict = (best: string): string => `useBackend('auto') takes ${best}.`;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What a command does to the process: its exit code, and what it wrote to standard error. */
async function ran(command: Command, ...args: string[]): Promise<[code: unknown, stderr: string]> {
  let stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runCommand(command, args);
  return [process.exitCode, stderr];
}

describe('doctor', () => {
  it('prints what works, what is missing and one line that fixes it', () => {
    vi.stubEnv('EVENKEEL_CACHE', '/cache');
    expect(doctorText(BACKENDS, verdict).split('\n')).toEqual([
      '  -- native     missing: g++',
      '                fix: sudo apt-get install g++ && npx evenkeel setup native',
      '  ok wasm       SIMD, 2 threads',
      '',
      `useBackend('auto') takes wasm. Node ${process.version}, cache in /cache`,
    ]);
  });

  it('says so when nothing works', () => {
    expect(doctorText(BACKENDS.slice(0, 1), verdict)).toContain('No backend works.');
  });

  it('has a form for programs', () => {
    expect(doctorJson(BACKENDS)).toMatchObject({ best: 'wasm', node: process.version, backends: BACKENDS });
  });

  it.each([
    [0, BACKENDS],
    [1, BACKENDS.slice(0, 1)],
  ])('ends with exit code %i', async (code, backends) => {
    vi.spyOn(console, 'log').mockReturnValue();
    expect(await ran(doctorCommand({ diagnose: async () => backends }))).toEqual([code, '']);
  });
});

describe('tensorflow-node', () => {
  it('explains every command and option', () => {
    const program = tensorflowNodeCommand();
    expect(program.helpInformation()).toMatch(/doctor.*setup/s);
    const setup = program.commands.find((command) => command.name() === 'setup');
    const help = setup?.helpInformation() ?? '';
    for (const flag of [
      '--wheel',
      '--tensorflow-version',
      '--sha256',
      '--allow-unverified',
      '--keep-wheel',
      '--force',
      '--link',
      '--json',
    ]) {
      expect(help).toContain(flag);
    }
  });

  it('refuses to set up what it does not know, with exit code 2', async () => {
    const [code, stderr] = await ran(tensorflowNodeCommand(), 'setup', 'gpu');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are native, native-gpu');
  });

  it('ends help with exit code 0', async () => {
    expect(await ran(tensorflowNodeCommand(), 'setup', '--help')).toEqual([0, '']);
  });
});

describe('runCommand', () => {
  const failing = (error: Error) => new Command('x').action(() => Promise.reject(error));

  it('prints a coded error and ends with exit code 1', async () => {
    const error = errors.WHEEL_MISSING({ file: '/tmp/x.whl' });
    expect(await ran(failing(error))).toEqual([1, `${error.message}\n`]);
  });

  it('does not hide a fault of the program', async () => {
    await expect(ran(failing(new TypeError('oops')))).rejects.toThrow('oops');
  });
});
