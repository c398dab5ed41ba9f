import type { NativeVariant } from './find/native-variant.js';

/** What a GPU does unless the environment says otherwise: the same bits from run to run, float32 as it is named, and room for others. */
const ON_A_GPU = {
  TF_DETERMINISTIC_OPS: '1',
  NVIDIA_TF32_OVERRIDE: '0',
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
} as const;

/**
 * Sets what TensorFlow and NVIDIA's libraries read once, when they are loaded; what the environment already has is left.
 * `threads` 0: one per core.
 */
export function setNativeEnvironment(variant: NativeVariant, threads: number): void {
  if (threads > 0) process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  // Every large op uses all threads by itself; two of them at a time only get into each other's way.
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  if (variant === 'native') return;
  for (const [name, value] of Object.entries(ON_A_GPU)) process.env[name] ??= value;
}
