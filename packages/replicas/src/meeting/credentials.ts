/** What a process says of itself when it comes: what has to be the same everywhere, and where its server will be. */
export interface Credentials {
  readonly rank: number;
  readonly size: number;
  /** What only processes of one start know. */
  readonly start: string;
  /** Such as `process 4711 on node2`. */
  readonly process: string;
  /** Versions and digests by what errors call them. */
  readonly facts: Readonly<Record<string, string>>;
  /** The port of its TensorFlow server. */
  readonly port: number;
}

/** An error as it goes over a line. */
export interface Refusal {
  readonly code: string;
  readonly text: string;
}

/**
 * The answer to them: where every rank's TensorFlow server is to be, in order, as `host:port`, or the file over which ranks of
 * one machine reduce instead; or why there is none.
 */
export type Answer =
  | {
      readonly servers: readonly string[];
      readonly processes: readonly string[];
      readonly memory: string | undefined;
    }
  | { readonly refused: Refusal };

/** An error as it goes over a line; `code` is for one that has none. */
export function refusalOf(error: Error & { readonly code?: string }, code = 'REPLICAS_RANK_FAILED'): Refusal {
  const own = error.code ?? code;
  return { code: own, text: error.message.replace(`[${own}] `, '') };
}

/** Whether something that came from outside has their form. */
export function areCredentials(value: unknown): value is Credentials {
  if (typeof value !== 'object' || value === null) return false;
  const { rank, size, start, process, facts, port } = value as Record<string, unknown>;
  const numbers = [rank, size, port].every((number) => Number.isInteger(number) && (number as number) >= 0);
  const texts = [start, process].every((text) => typeof text === 'string');
  return numbers && texts && typeof facts === 'object' && facts !== null;
}
