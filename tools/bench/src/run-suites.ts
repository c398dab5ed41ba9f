import { useBackend } from '@evenkeel/tfjs-runtime/node';
import type { Line } from './line.js';
import type { Peers } from './peers.js';
import type { SuiteContext } from './suite.js';
import { SUITES } from './suites.js';

/** How suites are run. */
export interface RunOptions {
  /** Names of suites, in this order. */
  readonly suites: readonly string[];
  readonly quick: boolean;
  readonly peers?: Peers;
  readonly progress: SuiteContext['progress'];
  /** Called with the lines of each suite. */
  readonly onSuite: (name: string, lines: readonly Line[]) => void;
}

/** What a run found out. */
export interface RunResult {
  readonly lines: readonly Line[];
  /** Versions and threads of what was measured. */
  readonly notes: readonly string[];
}

/** Runs suites one after the other. */
export async function runSuites({ suites, quick, peers, progress, onSuite }: RunOptions): Promise<RunResult> {
  const lines: Line[] = [];
  const notes = new Set<string>();
  const context: SuiteContext = {
    quick,
    peers,
    progress,
    note: (text) => void notes.add(text),
    useFastest: async () => {
      const { name, description } = await useBackend('auto', { onMessage: () => undefined });
      notes.add(`${name}: ${description}`);
    },
    turns: (what, normal) => ({
      ...(quick ? { rounds: 1, steps: 1, warmup: 1 } : normal),
      onTurn: (done, all) => progress(what, done, all),
    }),
  };
  for (const name of suites) {
    const measured = await SUITES[name](context);
    lines.push(...measured);
    onSuite(name, measured);
  }
  return { lines, notes: [...notes] };
}
