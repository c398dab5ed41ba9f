import { describe, expect, it } from 'vitest';
import { tensorflowWheel, thisMachine, type Machine } from './tensorflow-wheel.js';

const debian: Machine = { platform: 'linux', arch: 'x64', glibc: '2.36' };

const mac: Machine = { platform: 'darwin', arch: 'arm64', glibc: undefined };
const windows: Machine = { platform: 'win32', arch: 'x64', glibc: undefined };

describe('tensorflowWheel', () => {
  it.each([
    ['native', debian, 'tensorflow-cpu', 'manylinux_2_27_x86_64'],
    ['native-gpu', debian, 'tensorflow', 'manylinux_2_27_x86_64'],
    ['native', { ...debian, arch: 'arm64' }, 'tensorflow', 'manylinux_2_27_aarch64'],
    ['native', mac, 'tensorflow', 'macosx_12_0_arm64'],
    ['native', windows, 'tensorflow', 'win_amd64'],
  ] as const)('for %s on %o is a pinned %s', (variant, machine, distribution, tag) => {
    const wheel = tensorflowWheel(variant, undefined, machine);
    expect(wheel).toMatchObject({ distribution, version: '2.21.0' });
    expect(tag).toMatch(wheel.platformTag);
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(wheel.bytes).toBeGreaterThan(2e8);
  });

  it('knows no digest for other versions', () => {
    expect(tensorflowWheel('native', '2.15.1', debian).sha256).toBeUndefined();
  });

  it.each([
    ['native', { ...debian, glibc: undefined }, /musl.*node:22-slim/],
    ['native', { ...debian, glibc: '2.17' }, /glibc 2\.27 or newer, and here is 2\.17: take Debian 10/],
    ['native', { ...debian, arch: 'riscv64' }, /no TensorFlow for it/],
    ['native', { ...mac, arch: 'x64' }, /no TensorFlow for it/],
    ['native-gpu', { ...debian, arch: 'arm64' }, /Linux on x64/],
    ['native-gpu', windows, /'webgpu' for a GPU/],
  ] as const)('refuses %s on %o, says what to do there and names wasm', (variant, machine, advice) => {
    const choose = (): unknown => tensorflowWheel(variant, undefined, machine);
    expect(choose).toThrow(/TENSORFLOW_PLATFORM_UNSUPPORTED.*'wasm'/);
    expect(choose).toThrow(advice);
  });

  it('knows this machine', () => {
    expect(thisMachine()).toMatchObject({ platform: process.platform, arch: process.arch });
  });
});
