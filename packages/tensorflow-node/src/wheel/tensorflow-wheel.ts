import { errors } from '../errors.js';
import type { NativeVariant } from '../find/native-variant.js';

/** The TensorFlow that is built against unless another is asked for. */
export const TENSORFLOW_VERSION = '2.21.0';

/** A wheel of the Python package index that carries TensorFlow's C library. */
export interface TensorflowWheel {
  /** Package name, such as `tensorflow-cpu`. */
  readonly distribution: string;
  readonly version: string;
  /** What the platform in its file name may be, such as `manylinux_2_27_x86_64`. */
  readonly platformTag: RegExp;
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

/** The C library that TensorFlow's wheels for Linux ask for. */
export const OLDEST_GLIBC = '2.27';

/** Digests and sizes of the CPython 3.11 wheels, by distribution, version and machine. */
const PINNED: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>> = {
  'tensorflow-cpu 2.21.0 linux-x64': {
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
  },
  'tensorflow 2.21.0 linux-x64': {
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    bytes: 572_440_367,
  },
  'tensorflow 2.21.0 linux-arm64': {
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    bytes: 281_828_020,
  },
  'tensorflow 2.21.0 darwin-arm64': {
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    bytes: 223_405_849,
  },
  'tensorflow 2.21.0 win32-x64': {
    sha256: '0064a19bdc054a4b7c5e7e21cdf50ce38a114c2bada578b4f5267a37410f6784',
    bytes: 350_834_005,
  },
};

const PLATFORM_TAGS: Readonly<Record<string, RegExp>> = {
  'linux-x64': /^manylinux(2014|_2_(17|27|28))_x86_64$/,
  'linux-arm64': /^manylinux(2014|_2_(17|27|28))_aarch64$/,
  'darwin-arm64': /^macosx_\d+_\d+_arm64$/,
  'win32-x64': /^win_amd64$/,
};

/** The machines that native can be set up on, as `platform-arch`. */
export const MACHINES: readonly string[] = Object.keys(PLATFORM_TAGS);

/** This machine. */
export function thisMachine(): Machine {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch, glibc: undefined };
  const report = process.report.getReport() as {
    readonly header?: { readonly glibcVersionRuntime?: string };
  };
  return { platform, arch, glibc: report.header?.glibcVersionRuntime };
}

/**
 * The wheel to build `variant` against on `machine`: `tensorflow-cpu` for `native` on Linux x64; elsewhere the wheel without
 * CUDA is called `tensorflow`.
 * Throws `TENSORFLOW_PLATFORM_UNSUPPORTED` where there is no wheel, with what to do there.
 */
export function tensorflowWheel(
  variant: NativeVariant,
  version: string = TENSORFLOW_VERSION,
  machine: Machine = thisMachine(),
): TensorflowWheel {
  const name = `${machine.platform}-${machine.arch}`;
  const advice = whatStandsInTheWay(variant, machine);
  if (advice !== undefined) throw errors.PLATFORM_UNSUPPORTED({ backend: variant, ...machine, advice });
  const distribution = variant === 'native' && name === 'linux-x64' ? 'tensorflow-cpu' : 'tensorflow';
  const pinned = PINNED[`${distribution} ${version} ${name}`];
  const platformTag = PLATFORM_TAGS[name];
  return { distribution, version, platformTag, sha256: pinned?.sha256, bytes: pinned?.bytes };
}

/** What to do on a machine that has no wheel, in one line; undefined where there is one. */
function whatStandsInTheWay(variant: NativeVariant, { platform, arch, glibc }: Machine): string | undefined {
  if (variant === 'native-gpu' && `${platform}-${arch}` !== 'linux-x64')
    return "it needs Linux on x64; take 'native', or 'webgpu' for a GPU";
  if (!MACHINES.includes(`${platform}-${arch}`))
    return `there is no TensorFlow for it (only for ${MACHINES.join(', ')})`;
  if (platform !== 'linux') return undefined;
  if (glibc === undefined)
    return 'its C library is musl (Alpine), and TensorFlow needs glibc: take an image of Debian, such as node:22-slim';
  if (isOlder(glibc, OLDEST_GLIBC))
    return `TensorFlow needs glibc ${OLDEST_GLIBC} or newer, and here is ${glibc}: take Debian 10, Ubuntu 18.04, RHEL 8 or newer`;
  return undefined;
}

function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
