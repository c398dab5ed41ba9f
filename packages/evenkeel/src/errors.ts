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
  NOT_INSTALLED: errorEntry(
    (d: { subcommand: string; missing: string }) =>
      `evenkeel ${d.subcommand} needs the package ${d.missing}, which is not installed. Run npm install ${d.missing}.`,
    { subcommand: 'prepare', missing: '@evenkeel/image-folders' },
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
  NOT_A_RUN: errorEntry(
    (d: { path: string; expected: string }) =>
      `Expected ${d.expected}, there is none in '${d.path}'. Name the folder that 'evenkeel train' wrote, or train with --out '${d.path}'.`,
    { path: 'photos', expected: 'a run of evenkeel train (its settings.json)' },
  ),
  NO_METHOD: errorEntry(
    (d: { path: string; received: string; found: readonly string[] }) =>
      `The run in '${d.path}' has no method ${quoteAll([d.received])}. Expected one of ${quoteAll(d.found)}. Correct --method.`,
    { path: 'runs/a', received: 'basline', found: ['baseline', 'end-to-end'] },
  ),
  SEVERAL_MODELS: errorEntry(
    (d: { path: string; found: readonly string[] }) =>
      `'${d.path}' holds the models of ${quoteAll(d.found)}, expected one. Choose with --method ${d.found[0]}.`,
    { path: 'runs/a', found: ['baseline', 'end-to-end'] },
  ),
  NO_MODEL: errorEntry(
    (d: { path: string }) =>
      `Expected an exported model (model.json and weights.bin), there is none in '${d.path}'. ` +
      `'npx evenkeel export RUN' writes one from the checkpoints of a run.`,
    { path: 'runs/a' },
  ),
  MODEL_DAMAGED: errorEntry(
    (d: { file: string; reason: string }) =>
      `Expected a graph model of TensorFlow.js, '${d.file}' is damaged: ${d.reason}. Export it again.`,
    { file: 'runs/a/baseline/model/model.json', reason: 'Unexpected end of JSON input' },
  ),
  NOT_FOR_IMAGES: errorEntry(
    (d: { file: string; shape: readonly (number | null)[] }) =>
      `Expected a model of images, [batch, height, width, 1 or 3], '${d.file}' takes [${d.shape.join(', ')}]. Use another model.`,
    { file: 'model/model.json', shape: [null, 7] },
  ),
});
