import { defineErrors, errorEntry, quoteAll, show } from '@evenkeel/errors';

function shown(value: unknown): string {
  return value === undefined ? 'none' : show(value);
}

/** Every error that the command line itself throws on purpose; those of the packages that it calls are their own. */
export const errors = defineErrors('EVENKEEL', {
  BAD_NAMES: errorEntry(
    (d: { files: number; received: readonly string[] }) =>
      `Expected ${d.files} different names, one for each file, received ${quoteAll(d.received)}. Give them with --names a,b.`,
    { files: 2, received: ['run', 'run'] },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { path: string; reason: string }) =>
      `'${d.path}' could not be written: ${d.reason}. Name another place with --out.`,
    { path: '/report.html', reason: 'EACCES: permission denied' },
  ),
  DATA_DIR_MISSING: errorEntry(
    (d: { data: string }) =>
      `The data set '${d.data}' is read from files: expected their folder in --data-dir, received none. Name it.`,
    { data: 'folder' },
  ),
  OUT_NOT_A_FOLDER: errorEntry(
    (d: { out: string }) => `Expected a folder for --out, '${d.out}' is a file. Name another folder.`,
    { out: 'notes.txt' },
  ),
  OUT_IN_USE: errorEntry(
    (d: { out: string }) =>
      `The folder '${d.out}' of --out holds files that are not of a run (it has no settings.json). ` +
      `Name an empty or a new folder; nothing was changed.`,
    { out: 'data' },
  ),
  OUT_NOT_WRITABLE: errorEntry(
    (d: { out: string; reason: string }) =>
      `The folder '${d.out}' of --out cannot be written to: ${d.reason}. Name another folder, or change its permissions.`,
    { out: 'runs/a', reason: 'EACCES: permission denied' },
  ),
  OUT_IS_HERE: errorEntry(
    (d: { out: string }) =>
      `The folder '${d.out}' of --out holds an earlier run and the working folder, and cannot be moved aside from under it. ` +
      `Resume that run with --resume, name another folder, or start from elsewhere; nothing was changed.`,
    { out: '.' },
  ),
  FILE_DAMAGED: errorEntry(
    (d: { file: string; reason: string }) =>
      `Expected '${d.file}' as an earlier run has written it, it is damaged: ${d.reason}. ` +
      `Put it right, or name another folder with --out; nothing was changed.`,
    { file: 'runs/a/result.json', reason: 'Unexpected end of JSON input' },
  ),
  OTHER_RUN: errorEntry(
    (d: { out: string; option: string; there: unknown; received: unknown }) =>
      `The run in '${d.out}' was started with --${d.option} ${shown(d.there)}, received ${shown(d.received)}. ` +
      `Resume it with the same options, or name another folder with --out; nothing was changed.`,
    { out: 'runs/a', option: 'seed', there: 1, received: 2 },
  ),
});
