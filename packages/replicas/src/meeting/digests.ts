import { createHash } from 'node:crypto';
import type { CommonState } from '@evenkeel/trainer-core';

/** What a rank has, in a form that is compared with that of rank 0. */
export interface Digests {
  /** Plain data as JSON, by what errors call it. */
  readonly facts: readonly (readonly [what: string, text: string])[];
  /** Digests of the values of variables, by name. */
  readonly variables: readonly (readonly [name: string, digest: string])[];
}

/** Plain data or a variable that is not the same on a rank. */
export type Difference =
  | { readonly rank: number; readonly what: string; readonly expected: string; readonly received: string }
  | { readonly rank: number; readonly what: string };

/** The digests of a state; reads all variables. */
export async function digestsOf({ facts, variables }: CommonState): Promise<Digests> {
  const digests: [string, string][] = [];
  for (const { name, variable } of variables) {
    // Whatever array a backend keeps them in: a resumed rank has another.
    const values = new Float32Array(await variable.data());
    const hash = createHash('sha256').update(new Uint8Array(values.buffer));
    digests.push([name, hash.digest('hex').slice(0, 16)]);
  }
  return {
    facts: Object.entries(facts).map(([what, fact]) => [what, JSON.stringify(fact) ?? '']),
    variables: digests,
  };
}

/** Where a rank first differs from rank 0, of the digests of all in order. */
export function firstDifference(all: readonly Digests[]): Difference | undefined {
  const [own] = all;
  for (const [rank, theirs] of all.entries()) {
    for (const [at, [what, expected]] of own.facts.entries()) {
      const [name, text] = theirs.facts[at] ?? [];
      if (name !== what) return { rank, what, expected, received: `no ${what}` };
      if (text !== expected) return { rank, what, expected, received: text };
    }
    for (const [at, [name, digest]] of own.variables.entries()) {
      const [other, theirDigest] = theirs.variables[at] ?? [];
      if (other !== name || theirDigest !== digest) return { rank, what: `variable '${name}'` };
    }
  }
  return undefined;
}
