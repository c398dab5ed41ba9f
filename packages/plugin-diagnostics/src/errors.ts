import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything that can be wrong with the options of diagnostics, and with the files of a report. */
export const errors = defineErrors('DIAGNOSTICS', {
  BAD_OPTION: optionEntry({
    where: 'diagnostics',
    option: 'examples',
    expected: 'a whole number of at least 2',
    received: 0,
  }),
  NO_SUCH_FILE: errorEntry(
    (d: { path: string; reason: string }) =>
      `Expected a metrics.jsonl at '${d.path}', received: ${d.reason}. Name files that the plugin metricsFile has written.`,
    { path: 'runs/a/metrics.jsonl', reason: 'ENOENT: no such file' },
  ),
  NOT_METRICS: errorEntry(
    (d: { path: string; line: number }) =>
      `Line ${d.line} of '${d.path}' is not a JSON object, expected lines that the plugin metricsFile has written. Name another file.`,
    { path: 'notes.txt', line: 1 },
  ),
  NOTHING_FOUND: errorEntry(
    (d: { path: string; names: readonly string[] }) =>
      `Expected epochs or diagnostics in '${d.path}', found lines of the types ${quoteAll(d.names)}. ` +
      `Train with the plugins metricsFile and diagnostics.`,
    { path: 'runs/a/metrics.jsonl', names: ['step'] as readonly string[] },
  ),
});
