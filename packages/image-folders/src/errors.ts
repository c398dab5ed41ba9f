import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything this package throws on purpose; the codes are `IMAGES_` and the key. */
export const imageErrors = defineErrors('IMAGES', {
  BAD_OPTION: optionEntry({
    where: 'imageFolder',
    option: 'size',
    expected: 'a whole number of at least 1',
    received: 0,
    fallback: '224',
  }),
  NOT_FOUND: errorEntry(
    (d: { what: string; path: string; reason: string }) =>
      `Expected ${d.what} at '${d.path}', found none that can be read (${d.reason}). Check the path and its permissions.`,
    { what: 'a folder with one folder per class', path: 'photos/train', reason: 'ENOENT' },
  ),
  NO_CLASSES: errorEntry(
    (d: { folder: string; found: string }) =>
      `Expected one folder per class in '${d.folder}', two or more of them, found ${d.found}. ` +
      `Put the images of every class into a folder named after the class.`,
    { folder: 'photos/train', found: '30 files and no folder' },
  ),
  CLASS_EMPTY: errorEntry(
    (d: { where: string; classes: readonly string[]; suffixes: string }) =>
      `Expected at least one image (${d.suffixes}) of every class in '${d.where}', found none of ${quoteAll(d.classes)}. ` +
      `Add images, or take the class away.`,
    { where: 'photos/train', classes: ['heron'], suffixes: '.jpg, .png' },
  ),
  UNKNOWN_CLASS: errorEntry(
    (d: { where: string; className: string; known: number }) =>
      `Expected the ${d.known} classes of the training images in '${d.where}', found '${d.className}', which none of them has. ` +
      `Rename or remove it.`,
    { where: 'photos/test', className: 'Heron', known: 12 },
  ),
  LIST_LINE: errorEntry(
    (d: { file: string; line: number; text: string }) =>
      `Expected a path and a class number, separated by a blank, in line ${d.line} of '${d.file}', found '${d.text}'. ` +
      `Correct the line.`,
    { file: 'train.txt', line: 7, text: 'train/a.jpg' },
  ),
  LIST_GAPS: errorEntry(
    (d: { file: string; classes: number; missing: readonly number[] }) =>
      `Expected class numbers 0 .. ${d.classes - 1} without a gap in '${d.file}', found no image of ${d.missing.join(', ')}. ` +
      `Complete the list, or number the classes that are there from 0 on with 'renumber: true'.`,
    { file: 'train.txt', classes: 10, missing: [3, 4] },
  ),
  FILES_MISSING: errorEntry(
    (d: { where: string; found: number; expected: number; classes: readonly string[] }) =>
      `Expected ${d.expected} images of '${d.where}', found ${d.found}; missing by class: ${d.classes.join(', ')}. ` +
      `Complete the folder, or use what is there with 'partial: true', and say so beside results.`,
    {
      where: 'ImageNet_LT_train.txt',
      found: 115_000,
      expected: 115_846,
      classes: ['n01440764 (12 of 66)', 'n01443537 (0 of 5)'],
    },
  ),
  WRONG_TOTALS: errorEntry(
    (d: { dataset: string; part: string; expected: string; found: string }) =>
      `Expected the published ${d.part} list of '${d.dataset}', ${d.expected}, found ${d.found}. ` +
      `Fetch the list again, or read your own with imageList.`,
    {
      dataset: 'imagenet-lt',
      part: 'train',
      expected: '115846 images of 1000 classes, 1280 to 5 a class',
      found: '115840 images of 999 classes, 1280 to 5 a class',
    },
  ),
  BAD_IMAGE: errorEntry(
    (d: { image: string; reason: string }) =>
      `The image '${d.image}' cannot be decoded: expected a whole image, found ${d.reason}. ` +
      `Repair or remove it, or leave out all that are bad with onBadImage: 'skip' (in commands --bad-images skip).`,
    { image: 'photos/train/heron/3.jpg', reason: 'an empty file' },
  ),
  TOO_LARGE: errorEntry(
    (d: { image: string; width: number; height: number; maxPixels: number }) =>
      `The image '${d.image}' is too large: expected at most ${d.maxPixels} pixels (maxPixels), found ${d.width} × ${d.height}. ` +
      `Make it smaller, raise maxPixels, or leave out all that are bad with onBadImage: 'skip' (in commands --bad-images skip).`,
    { image: 'photos/train/heron/4.png', width: 20_000, height: 20_000, maxPixels: 100_000_000 },
  ),
  UNREADABLE: errorEntry(
    (d: { image: string; reason: string }) =>
      `The file of image '${d.image}' cannot be read: expected its bytes, received ${d.reason}. ` +
      `Check that the disk is there and the file was not moved, and remove a link that leads nowhere; then resume.`,
    { image: 'photos/train/heron/3.jpg', reason: 'ENOENT: no such file or directory' },
  ),
  READ_TIMEOUT: errorEntry(
    (d: { image: string; seconds: number }) =>
      `The file of image '${d.image}' did not come: expected its bytes within ${d.seconds} s (readTimeout), received none. ` +
      `Check the disk or the network it is on; then resume.`,
    { image: 'photos/train/heron/3.jpg', seconds: 60 },
  ),
  BAD_SHARD: errorEntry(
    (d: { file: string; expected: string; found: string }) =>
      `The shard '${d.file}' is damaged or no shard: expected ${d.expected}, found ${d.found}. Make or fetch it again.`,
    { file: 'shards/train-000.tar', expected: 'a tar header at byte 1024', found: 'a wrong checksum' },
  ),
  THREAD_FAILED: errorEntry(
    (d: { reason: string }) =>
      `A thread that decodes images ended: expected it to live as long as its data set, received ${d.reason}. ` +
      `Resume the run; if it happens again, try threads: 0.`,
    { reason: 'out of memory' },
  ),
  ARRAY_LENGTH: errorEntry(
    (d: { name: string; expected: number; received: number }) =>
      `The array '${d.name}' has the wrong length: expected ${d.expected}, received ${d.received}. ` +
      `Check the number of examples and the example shape.`,
    { name: 'into', expected: 150_528, received: 3072 },
  ),
  INDEX_RANGE: errorEntry(
    (d: { size: number; received: number }) =>
      `An example index is out of range: expected an integer in 0 .. ${d.size - 1}, received ${d.received}. ` +
      `Check that sampler and data set belong together.`,
    { size: 115_846, received: 115_846 },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { folder: string; reason: string }) =>
      `Expected a folder for shards in '${d.folder}', found that it cannot be written to: ${d.reason}. ` +
      `Shards that are whole are kept; make room or grant access, and run it again.`,
    { folder: 'shards', reason: 'ENOSPC: no space left on device' },
  ),
  TARGET_IN_USE: errorEntry(
    (d: { folder: string; found: string }) =>
      `Expected an empty folder or the beginning of the same shards in '${d.folder}', found ${d.found}. ` +
      `Name another folder; nothing was changed.`,
    { folder: 'prepared', found: 'shards of another folder, photos/old' },
  ),
});
