import { recordableBackend } from './recordable-backend.js';

/** What the convolutions of a compiled step, and the operations between them, compute and store in. */
export type Precision = 'float32' | 'bfloat16';

/** The precision that a step was asked for and the one that it runs in. */
export interface PrecisionInUse {
  readonly precision: Precision;
  /** Why it is not the one that was asked for. */
  readonly reason?: string;
}

/** Instructions for bfloat16, as Linux names them; either will do. */
const BFLOAT16_FLAGS = ['amx_bf16', 'avx512_bf16'];

/** Levels below them, as `EVENKEEL_CPU_LEVEL` names them. */
const LEVELS_WITHOUT = ['none', 'avx2', 'avx512'];

/**
 * The precision that steps get on the backend in use: the wanted one, or float32 with the reason. bfloat16 needs native on a processor
 * with AMX or AVX512_BF16; the environment variable `EVENKEEL_CPU_LEVEL` (`none`, `avx2`, `avx512`) takes those away.
 */
export function precisionHere(wanted: Precision): PrecisionInUse {
  if (wanted === 'float32') return { precision: 'float32' };
  const backend = recordableBackend();
  if (backend === undefined) return { precision: 'float32', reason: 'bfloat16 needs the backend native' };
  if (backend.isUsingGpuDevice) return { precision: 'float32', reason: 'bfloat16 was never tried on a GPU' };
  if (processorHasBfloat16()) return { precision: 'bfloat16' };
  return { precision: 'float32', reason: 'this processor has neither AMX nor AVX512_BF16' };
}

/**
 * Whether TensorFlow's convolutions are faster in bfloat16 here: with AMX, or AVX512_BF16 of AMD. With that of Intel alone they take
 * 1.9 times as long.
 */
export function hasFastProducts(): boolean {
  const amx = processorFlags().includes('amx_bf16') && process.env.EVENKEEL_CPU_LEVEL !== 'avx512_bf16';
  return amx || (processorSays('vendor_id') === 'AuthenticAMD' && processorFlags().includes('avx512_bf16'));
}

function processorHasBfloat16(): boolean {
  if (LEVELS_WITHOUT.includes(process.env.EVENKEEL_CPU_LEVEL ?? '')) return false;
  return BFLOAT16_FLAGS.some((flag) => processorFlags().includes(flag));
}

function processorFlags(): readonly string[] {
  return processorSays('flags').split(' ');
}

/** What Linux says of the first processor under a name; nothing elsewhere. */
function processorSays(name: string): string {
  // Asked for here instead of imported, since browsers load this module too.
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  if (!existsSync('/proc/cpuinfo')) return '';
  const said = new RegExp(`^${name}\\s*: *(.*)$`, 'm').exec(readFileSync('/proc/cpuinfo', 'utf8'));
  return said?.[1] ?? '';
}
