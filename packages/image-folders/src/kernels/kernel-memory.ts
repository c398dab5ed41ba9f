import { COMPILED_KERNELS } from './compiled-kernels.js';

/** The part of WebAssembly that is used here; Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** Their memory. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

type Name =
  | 'heapBase'
  | 'tableBytes'
  | 'buildTable'
  | 'setComponent'
  | 'unstuff'
  | 'scanEnd'
  | 'decodeScan'
  | 'spreadEdges'
  | 'toRgb'
  | 'greyToRgb'
  | 'alongRows'
  | 'alongColumns'
  | 'normalise';

/** The kernels by name, all of them on whole numbers: addresses, sizes, and 1 or 0 for yes or no. See `kernels/` beside `src`. */
type Kernels = Readonly<Record<Name, (...of: number[]) => number>>;

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65_536;
/** What kernels may read or write beyond what they are given, bytes. */
const SLACK = 64;
/** Memory that is kept from one image to the next, bytes. */
const MOST_KEPT = 64 * 2 ** 20;

let compiled: object | undefined;
let current: KernelMemory | undefined;

/**
 * The kernels of this thread, with an empty memory: what was in it before is gone, so that only one image can be worked on until the
 * next `await`.
 */
export function startKernels(): KernelMemory {
  if (current === undefined || current.size > MOST_KEPT) current = new KernelMemory();
  current.clear();
  return current;
}

/** The kernels, and their memory, of which pieces are taken and never given back singly. */
export class KernelMemory {
  readonly call: Kernels;
  readonly #memory: Memory;
  readonly #base: number;
  #next: number;
  #bytes: Uint8Array;

  constructor() {
    compiled ??= new WebAssembly.Module(Buffer.from(COMPILED_KERNELS, 'base64'));
    const { memory, ...kernels } = new WebAssembly.Instance(compiled, {}).exports as Kernels & {
      readonly memory: Memory;
    };
    this.call = kernels;
    this.#memory = memory;
    this.#base = this.call.heapBase();
    this.#next = this.#base;
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** Bytes, whether taken or not. */
  get size(): number {
    return this.#bytes.length;
  }

  /** Forgets what was taken. */
  clear(): void {
    this.#next = this.#base;
  }

  /** The address of `length` bytes, a multiple of 16; what is in them is not said. */
  take(length: number): number {
    const at = (this.#next + 15) & ~15;
    this.#next = at + length + SLACK;
    const missing = this.#next - this.#bytes.length;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.#bytes = new Uint8Array(this.#memory.buffer);
    }
    return at;
  }

  /** Copies bytes in and gives their address. */
  put(bytes: Uint8Array): number {
    const at = this.take(bytes.length);
    this.#bytes.set(bytes, at);
    return at;
  }

  /** A view, good until more is taken. */
  bytes(at: number, length: number): Uint8Array {
    return this.#bytes.subarray(at, at + length);
  }

  /** A view, good until more is taken. */
  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.#bytes.buffer, at, length);
  }

  /** A view, good until more is taken. */
  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.#bytes.buffer, at, length);
  }

  /** A view of numbers of 16 bits, good until more is taken. */
  shorts(at: number, length: number): Int16Array {
    return new Int16Array(this.#bytes.buffer, at, length);
  }
}
