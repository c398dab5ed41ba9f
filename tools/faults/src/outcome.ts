/** How a case may end; the last three are faults of ours. */
export const OUTCOMES = ['equal', 'refused', 'lost', 'wrong', 'raw'] as const;

/**
 * What came of a case. `equal`: the run resumed to exactly the results of the unbroken one. `refused`: a coded error, and nothing
 * was changed. `lost`: a step that was reported as saved is gone. `wrong`: something was read or finished as if it were right, and is
 * not. `raw`: it ended with a stack, without a code, or never.
 */
export type Outcome = (typeof OUTCOMES)[number];

/** A case of a suite. */
export interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  /** What was seen, where it is a fault. */
  readonly detail?: string;
}

/** What a suite did; `skipped` says why it did nothing. */
export interface SuiteResult {
  readonly suite: string;
  readonly cases: readonly Case[];
  readonly skipped?: string;
  readonly seconds: number;
}

/** Whether an outcome is a fault of ours. */
export function isFault({ outcome }: Case): boolean {
  return outcome !== 'equal' && outcome !== 'refused';
}

/** Counts by suite and outcome, as a table of Markdown. */
export function tableOf(results: readonly SuiteResult[]): string {
  const head = ['suite', 'cases', ...OUTCOMES, 's'];
  const rows = results.map(({ suite, cases, skipped, seconds }) => [
    skipped === undefined ? suite : `${suite} (skipped: ${skipped})`,
    String(cases.length),
    ...OUTCOMES.map((outcome) => String(cases.filter((one) => one.outcome === outcome).length)),
    seconds.toFixed(0),
  ]);
  const all = results.flatMap(({ cases }) => cases);
  const sums = OUTCOMES.map((outcome) => String(all.filter((one) => one.outcome === outcome).length));
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(0);
  const lines = [head, head.map((_, at) => (at === 0 ? '---' : '--:')), ...rows];
  return [...lines, ['all', String(all.length), ...sums, seconds]]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
