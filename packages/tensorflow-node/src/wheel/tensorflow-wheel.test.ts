import { describe, expect, it } from 'vitest';
import { tensorflowWheel, thisMachine, type Machine } from './tensorflow-wheel.js';

const debian: Machine = { platform: 'linux', arch: 'x64', glibc: '2.36' };

describe('tensorflowWheel', () => {
  it.each([
    ['native', debian, 'tensorflow-cpu', 'manylinux_2_27_x86_64'],
    ['native-gpu', debian, 'tensorflow', 'manylinux_2_27_x86_64'],
    ['native', { ...debian, arch: 'arm64' }, 'tensorflow', 'manylinux_2_27_aarch64'],
  ] as const)('for %s on %o is a pinned %s', (variant, machine, distribution, tag) => {
    const wheel = tensorflowWheel(variant, undefined, machine);
    expect(wheel).toMatchObject({ distribution, version: '2.21.0' });
    expect(wheel.platformTags).toContain(tag);
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.bytes).toBeGreaterThan(2e8);
  });

  it('knows no digest for other versions', () => {
    expect(tensorflowWheel('native', '2.15.1', debian).sha256).toBeUndefined();
  });

  it.each([
    ['native', { ...debian, platform: 'darwin' }],
    ['native', { ...debian, platform: 'win32' }],
    ['native', { ...debian, glibc: undefined }],
    ['native', { ...debian, arch: 'riscv64' }],
    ['native-gpu', { ...debian, arch: 'arm64' }],
  ] as const)('refuses %s on %o and names wasm instead', (variant, machine) => {
    expect(() => tensorflowWheel(variant, undefined, machine)).toThrow(
      /TENSORFLOW_PLATFORM_UNSUPPORTED.*'wasm'/,
    );
  });

  it('knows this machine', () => {
    expect(thisMachine()).toMatchObject({ platform: process.platform, arch: process.arch });
  });
});
