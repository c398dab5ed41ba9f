import { afterEach, expect, it, vi } from 'vitest';
import { setNativeEnvironment } from './native-environment.js';

const NAMES = [
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'TF_DETERMINISTIC_OPS',
  'NVIDIA_TF32_OVERRIDE',
  'TF_FORCE_GPU_ALLOW_GROWTH',
];
const found = () => NAMES.map((name) => process.env[name]);

afterEach(() => vi.unstubAllEnvs());

it.each([
  ['native', 3, ['3', '1', undefined, undefined, undefined]],
  ['native', 0, [undefined, '1', undefined, undefined, undefined]],
  ['native-gpu', 2, ['2', '1', '1', '0', 'true']],
] as const)('sets for %s with %d threads what is not set', (variant, threads, expected) => {
  for (const name of NAMES) vi.stubEnv(name, undefined);
  setNativeEnvironment(variant, threads);
  expect(found()).toEqual(expected);
});

it('leaves what the environment has', () => {
  for (const name of NAMES) vi.stubEnv(name, '7');
  setNativeEnvironment('native-gpu', 2);
  expect(found()).toEqual(NAMES.map(() => '7'));
});
