import { defineErrors, errorEntry, quoteAll } from '@evenkeel/errors';

/** Every error that the command line itself throws on purpose; those of the packages that it calls are their own. */
export const errors = defineErrors('EVENKEEL', {
  BAD_NAMES: errorEntry(
    (d: { files: number; received: readonly string[] }) =>
      `Expected ${d.files} different names, one for each file, received ${quoteAll(d.received)}. Give them with --names a,b.`,
    { files: 2, received: ['run', 'run'] },
  ),
  NOT_INSTALLED: errorEntry(
    (d: { subcommand: string; missing: string }) =>
      `evenkeel ${d.subcommand} needs the package ${d.missing}, which is not installed. Run npm install ${d.missing}.`,
    { subcommand: 'prepare', missing: '@evenkeel/image-folders' },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { path: string; reason: string }) =>
      `The report could not be written to '${d.path}': ${d.reason}. Name another place with --out.`,
    { path: '/report.html', reason: 'EACCES: permission denied' },
  ),
});
