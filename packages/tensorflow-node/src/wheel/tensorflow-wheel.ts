import { errors } from '../errors.js';
import type { NativeVariant } from '../find/native-variant.js';

/** The TensorFlow that is built against unless another is asked for. */
export const TENSORFLOW_VERSION = '2.21.0';

/** A wheel of the Python package index that carries TensorFlow's C library. */
export interface TensorflowWheel {
  /** Package name, such as `tensorflow-cpu`. */
  readonly distribution: string;
  readonly version: string;
  /** Platform tags that pip may choose from, such as `manylinux_2_27_x86_64`. */
  readonly platformTags: readonly string[];
  /** Hexadecimal digest that the file must have; undefined where none is known. */
  readonly sha256: string | undefined;
  /** Size in bytes; undefined where unknown. */
  readonly bytes: number | undefined;
}

/** The machine a wheel is chosen for; `glibc` is the version of its C library, undefined where it has another. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly glibc: string | undefined;
}

/** Digests and sizes of the CPython 3.11 wheels, by distribution, version and processor. */
const PINNED: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>> = {
  'tensorflow-cpu 2.21.0 x86_64': {
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
  },
  'tensorflow 2.21.0 x86_64': {
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    bytes: 572_440_367,
  },
  'tensorflow 2.21.0 aarch64': {
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    bytes: 281_828_020,
  },
};

/** This machine. */
export function thisMachine(): Machine {
  const report = process.report.getReport() as {
    readonly header?: { readonly glibcVersionRuntime?: string };
  };
  return { platform: process.platform, arch: process.arch, glibc: report.header?.glibcVersionRuntime };
}

/**
 * The wheel to build `variant` against on `machine`: `tensorflow-cpu` for `native` on x86-64; on Arm the wheel without
 * CUDA is called `tensorflow`.
 * @throws TENSORFLOW_PLATFORM_UNSUPPORTED where this route has no wheel: not Linux with glibc, or another processor.
 */
export function tensorflowWheel(
  variant: NativeVariant,
  version: string = TENSORFLOW_VERSION,
  machine: Machine = thisMachine(),
): TensorflowWheel {
  const processor = processorOf(variant, machine);
  if (processor === undefined) throw errors.PLATFORM_UNSUPPORTED({ backend: variant, ...machine });
  const distribution = variant === 'native' && processor === 'x86_64' ? 'tensorflow-cpu' : 'tensorflow';
  const pinned = PINNED[`${distribution} ${version} ${processor}`];
  const platformTags = ['manylinux_2_27', 'manylinux_2_17', 'manylinux2014'].map(
    (tag) => `${tag}_${processor}`,
  );
  return { distribution, version, platformTags, sha256: pinned?.sha256, bytes: pinned?.bytes };
}

function processorOf(variant: NativeVariant, { platform, arch, glibc }: Machine): string | undefined {
  if (platform !== 'linux' || glibc === undefined) return undefined;
  if (arch === 'x64') return 'x86_64';
  return arch === 'arm64' && variant === 'native' ? 'aarch64' : undefined;
}
