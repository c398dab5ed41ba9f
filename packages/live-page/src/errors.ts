import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything that can be wrong with the options of this package, with the files of runs, and with serving a page. */
export const errors = defineErrors('LIVE_PAGE', {
  BAD_OPTION: optionEntry({
    where: 'livePage',
    option: 'port',
    expected: 'a whole number of at least 0 and at most 65535',
    received: 70000,
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
      `Expected steps, epochs or inspections in '${d.path}', found lines of the types ${quoteAll(d.names)}. ` +
      `Train with the plugin metricsFile.`,
    { path: 'runs/a/metrics.jsonl', names: ['note'] as readonly string[] },
  ),
  PAGE_MISSING: errorEntry(
    (d: { path: string; reason: string }) =>
      `The built page should be at '${d.path}', but: ${d.reason}. Install @evenkeel/live-page again; in a clone run npm ci.`,
    { path: 'dist/page.html', reason: 'ENOENT: no such file' },
  ),
  NOT_SERVED: errorEntry(
    (d: { host: string; port: number; reason: string }) =>
      `The page cannot be served on ${d.host}, port ${d.port}: ${d.reason}. Choose another port, or 0 for any that is free.`,
    { host: '127.0.0.1', port: 80, reason: 'EACCES: permission denied' },
  ),
});
