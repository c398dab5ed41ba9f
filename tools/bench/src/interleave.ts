/** Something that can be timed: a program of ours, or a peer in a separate process. */
export interface Contestant {
  readonly name: string;
  /** Runs some steps and gives the milliseconds of each. */
  measure(steps: number): Promise<readonly number[]>;
}

/** How contestants take turns. */
export interface Turns {
  /** Rounds that count, 1 or more. */
  readonly rounds: number;
  /** Steps of a contestant in one round, 1 or more. */
  readonly steps: number;
  /** Steps that each contestant makes before the first round, which do not count. */
  readonly warmup: number;
  /** Called after every turn with the turns made and those in all. */
  readonly onTurn?: (done: number, all: number) => void;
}

/**
 * Times contestants in turns, A B C A B C ..., so that what else happens on the machine meets all of them alike. Gives the
 * milliseconds of every step by contestant.
 */
export async function interleave(
  contestants: readonly Contestant[],
  { rounds, steps, warmup, onTurn }: Turns,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  const all = contestants.length * (rounds + 1);
  let done = 0;
  for (let round = -1; round < rounds; round++) {
    for (const contestant of contestants) {
      const measured = await contestant.measure(round < 0 ? warmup : steps);
      if (round >= 0) times.get(contestant.name)!.push(...measured);
      onTurn?.(++done, all);
    }
  }
  return times;
}

/** A contestant in this process: one call of `run` is one step. */
export function here(name: string, run: () => unknown): Contestant {
  return {
    name,
    async measure(steps) {
      const times: number[] = [];
      for (let step = 0; step < steps; step++) {
        const start = performance.now();
        await run();
        times.push(performance.now() - start);
      }
      return times;
    },
  };
}
