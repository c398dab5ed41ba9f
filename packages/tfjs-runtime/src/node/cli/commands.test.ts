import { describe, expect, it, vi } from 'vitest';
import type { BackendDiagnosis } from '../diagnose.js';
import { doctorJson, doctorText } from './doctor-command.js';
import { runtimeCommand } from './main.js';

const BACKENDS: readonly BackendDiagnosis[] = [
  {
    name: 'native',
    works: false,
    detail: 'missing: g++',
    fixes: ['sudo apt-get install g++', 'npx evenkeel-runtime setup native'],
  },
  { name: 'wasm', works: true, detail: 'SIMD, 2 threads', fixes: [] },
];

describe('doctor', () => {
  it('prints what works, what is missing and one line that fixes it', () => {
    vi.stubEnv('EVENKEEL_CACHE', '/cache');
    expect(doctorText(BACKENDS).split('\n')).toEqual([
      '  -- native     missing: g++',
      '                fix: sudo apt-get install g++ && npx evenkeel-runtime setup native',
      '  ok wasm       SIMD, 2 threads',
      '',
      `useBackend('auto') takes wasm. Node ${process.version}, cache in /cache`,
    ]);
    vi.unstubAllEnvs();
  });

  it('says so when nothing works', () => {
    expect(doctorText(BACKENDS.slice(0, 1))).toContain('No backend works.');
  });

  it('has a form for programs', () => {
    expect(doctorJson(BACKENDS)).toMatchObject({ auto: 'wasm', node: process.version, backends: BACKENDS });
  });
});

describe('evenkeel-runtime', () => {
  it('explains every command and option', () => {
    const program = runtimeCommand();
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
    ]) {
      expect(help).toContain(flag);
    }
  });

  it('refuses to set up what it does not know', async () => {
    const program = runtimeCommand();
    const setup = program.commands.find((command) => command.name() === 'setup');
    setup?.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(program.parseAsync(['setup', 'gpu'], { from: 'user' })).rejects.toThrow(
      /Allowed choices are native, native-gpu/,
    );
  });
});
