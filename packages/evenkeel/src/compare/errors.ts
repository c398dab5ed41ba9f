import { defineErrors, errorEntry, quoteAll, show } from '@evenkeel/errors';

/** What the grid refuses before it trains. */
export const compareErrors = defineErrors('COMPARE', {
  UNKNOWN_METHOD: errorEntry(
    (d: { received: string; known: readonly string[] }) =>
      `There is no method '${d.received}'. Expected one of ${quoteAll(d.known)}. Correct --methods; --list describes them.`,
    { received: 'whitenn', known: ['ce', 'whiten'] },
  ),
  NO_SUCH_CELL: errorEntry(
    (d: { index: number; cells: number }) =>
      `There is no cell ${d.index}: --methods and --seeds name ${d.cells}, counted from 0. Give the cluster an array of 0 to ${d.cells - 1}.`,
    { index: 12, cells: 12 },
  ),
  OTHER_SETTINGS: errorEntry(
    (d: { file: string; option: string; there: unknown; received: unknown }) =>
      `What is in '${d.file}' was made with --${d.option} ${show(d.there)}, received ${show(d.received)}. ` +
      `Use the same options, or name another folder with --out; nothing was changed.`,
    { file: 'runs/grid/ce.seed-1.json', option: 'epochs', there: 10, received: 200 },
  ),
  NO_DATA_DIR: errorEntry(
    (d: { data: string }) =>
      `The data set '${d.data}' cannot be downloaded: expected the folder with its images in --data-dir, received none. Name it.`,
    { data: 'imagenet-lt' },
  ),
  NO_PRECISION: errorEntry(
    (d: { precision: string; reason: string }) =>
      `This machine does not compute in ${d.precision}: ${d.reason}. Leave --precision away, or run the grid on another machine.`,
    { precision: 'bfloat16', reason: 'bfloat16 needs the backend native' },
  ),
  OTHER_COMPOSITION: errorEntry(
    (d: { file: string; there: readonly string[]; received: readonly string[] }) =>
      `What is in '${d.file}' was made with ${quoteAll(d.there)}, the method now is ${quoteAll(d.received)}. ` +
      `Name another folder with --out, or delete it to run the cell again; nothing was changed.`,
    { file: 'runs/grid/whiten.seed-1.json', there: ['whitening: zca'], received: ['whitening: newton'] },
  ),
  NOT_A_RESULT: errorEntry(
    (d: { file: string; reason: string }) =>
      `'${d.file}' is not a result of this grid: ${d.reason}. Delete it to run its cell again, or name another folder with --out.`,
    { file: 'runs/grid/ce.seed-1.json', reason: 'Unexpected end of JSON input' },
  ),
  NOT_A_CELL: errorEntry(
    (d: { file: string; reason: string }) =>
      `'${d.file}' does not say whose folder it lies in: ${d.reason}. Expected what an earlier call wrote; delete the folder to ` +
      `train its cell from the start, or name another with --out.`,
    { file: 'runs/grid/runs/ce.seed-1/cell.json', reason: 'Unexpected end of JSON input' },
  ),
  NOT_READABLE: errorEntry(
    (d: { folder: string; reason: string }) =>
      `Expected a folder of results that may be read, '${d.folder}' may not: ${d.reason}. Grant access, or name another folder.`,
    { folder: 'runs/grid', reason: 'EACCES: permission denied' },
  ),
  NO_RESULTS: errorEntry(
    (d: { folder: string }) =>
      `There is no result in '${d.folder}'. Expected files such as ce.seed-1.json. Name the folder given to --out.`,
    { folder: 'runs/grid' },
  ),
  NO_PAGE: errorEntry(
    (d: { page: string }) =>
      `There is no page '${d.page}' to put the tables in. Write it, with the lines '<!-- results: NAME -->' and ` +
      `'<!-- end of results -->' where the table of the folder NAME belongs, or name a folder with result files.`,
    { page: 'docs/results.md' },
  ),
  NOT_ON_PAGE: errorEntry(
    (d: { page: string; grid: string }) =>
      `The results in '${d.grid}' have no place in '${d.page}'. Add the lines '<!-- results: ${d.grid} -->' and ` +
      `'<!-- end of results -->' where their table belongs.`,
    { page: 'docs/results.md', grid: 'cifar10-lt-if100' },
  ),
  FIRST_STAGE_GONE: errorEntry(
    (d: { method: string; base: string; seed: number; folder: string }) =>
      `Method '${d.method}' starts from the checkpoint of '${d.base}', seed ${d.seed}, but '${d.folder}' has none, though the ` +
      `result is there. Put the checkpoints back, or delete the result '${d.base}.seed-${d.seed}.json' to train it again.`,
    { method: 'crt', base: 'ce', seed: 1, folder: 'runs/grid/runs/ce.seed-1/checkpoints' },
  ),
  NO_VALIDATION_FOLDER: errorEntry(
    (d: { folder: string }) =>
      `Expected a folder 'val' beside 'train' and 'test' in '${d.folder}' for --validation list, there is none. ` +
      `Make it, or give a fraction such as 0.1.`,
    { folder: 'photos' },
  ),
  NEEDS_VALIDATION: errorEntry(
    (d: { method: string }) =>
      `Method '${d.method}' chooses an option on held-out images, received --validation 0. Give a fraction such as 0.1, or leave the method out.`,
    { method: 'tau-norm' },
  ),
});
