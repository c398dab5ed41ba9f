import { defineErrors, errorEntry, optionEntry, show } from '@evenkeel/errors';

/** What can keep a project from being made, beside a folder that cannot be written. */
export const errors = defineErrors('PROJECT', {
  BAD_OPTION: optionEntry({ where: 'writeProject', option: 'here', expected: 'a path', received: 3 }),
  BAD_NAME: errorEntry(
    (d: { received: unknown }) =>
      `Cannot name a project ${show(d.received)}. Expected a folder whose name has lower case letters, digits, dots, hyphens and ` +
      `underscores, and begins with a letter or a digit, such as my-training. Choose another folder.`,
    { received: 'My Training' as unknown },
  ),
  DATA_DIR_MISSING: errorEntry(
    (d: { data: string }) =>
      `The data '${d.data}' needs a folder of images, received none. Name it with --data-dir FOLDER: a folder per class, or 'train' ` +
      `beside 'test' with such folders.`,
    { data: 'folder' },
  ),
  DATA_DIR_UNUSED: errorEntry(
    (d: { data: string; dataDir: string }) =>
      `The data '${d.data}' come from npm, expected no folder of images, received '${d.dataDir}'. Add --data folder to train on ` +
      `your own images, or leave --data-dir out.`,
    { data: 'fashion-mnist-lt', dataDir: 'photos' },
  ),
});
