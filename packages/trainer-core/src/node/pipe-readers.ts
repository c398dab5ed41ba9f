import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A file descriptor of a process. */
interface Reader {
  readonly process: string;
  readonly descriptor: string;
}

/** `flags` of `/proc/PID/fdinfo/N` ends in octal; the last digit tells how it was opened: 1 is to write only. */
const TO_WRITE = /^flags:\s*\d*1$/m;

/**
 * Who holds the other end of the pipe that a descriptor of this process writes to, by Linux's `/proc`: a pipe says nothing of
 * its reader's end before the next write. Where it cannot be known (no pipe, another system, a reader of another user), nothing
 * is said.
 */
export class PipeReaders {
  readonly #pipe: string;
  #known: readonly Reader[];

  private constructor(pipe: string, known: readonly Reader[]) {
    this.#pipe = pipe;
    this.#known = known;
  }

  /** Of the pipe behind a descriptor; undefined where its readers cannot be known. */
  static of(descriptor: number): PipeReaders | undefined {
    const pipe = pipeBehind('self', String(descriptor));
    if (pipe === undefined) return undefined;
    const known = readersOf(pipe);
    return known.length > 0 ? new PipeReaders(pipe, known) : undefined;
  }

  /** Whether all of those that were there are gone, and nobody came in their place. */
  get gone(): boolean {
    if (this.#known.some((reader) => this.#holds(reader))) return false;
    this.#known = readersOf(this.#pipe);
    return this.#known.length === 0;
  }

  #holds({ process, descriptor }: Reader): boolean {
    return pipeBehind(process, descriptor) === this.#pipe;
  }
}

/**
 * `pipe:[4242]`; undefined for what is no pipe, or cannot be seen. By its link and not by `fstatSync`: after a stat of a pipe Node's
 * next `import` of a linked package does not follow the link, and loads a second copy.
 */
function pipeBehind(process: string, descriptor: string): string | undefined {
  try {
    const target = readlinkSync(`/proc/${process}/fd/${descriptor}`);
    return target.startsWith('pipe:') ? target : undefined;
  } catch {
    return undefined;
  }
}

function readersOf(pipe: string): Reader[] {
  return listed('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((process) =>
      listed(`/proc/${process}/fd`)
        .filter((descriptor) => pipeBehind(process, descriptor) === pipe && reads(process, descriptor))
        .map((descriptor) => ({ process, descriptor })),
    );
}

function reads(process: string, descriptor: string): boolean {
  try {
    return !TO_WRITE.test(readFileSync(`/proc/${process}/fdinfo/${descriptor}`, 'utf8'));
  } catch {
    return false;
  }
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
