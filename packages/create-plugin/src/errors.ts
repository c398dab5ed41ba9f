import { defineErrors, errorEntry, optionEntry, quoteAll, show } from '@evenkeel/errors';

/** What can keep a plugin, or a project, from being written. */
export const createPluginErrors = defineErrors('CREATE', {
  BAD_OPTION: optionEntry({ where: 'writePlugin', option: 'here', expected: 'a path', received: 3 }),
  BAD_NAME: errorEntry(
    (d: { received: unknown; problem: string }) =>
      `Cannot make a plugin named ${show(d.received)}: ${d.problem}. Expected lower case words joined by hyphens, with a scope ` +
      `if you like, such as label-noise or @lab/label-noise. Choose another name.`,
    { received: 'Label Noise' as unknown, problem: "'Label Noise' is no such word" },
  ),
  FOLDER_IN_USE: errorEntry(
    (d: { folder: string; found: readonly string[] }) =>
      `The folder '${d.folder}' already holds ${quoteAll(d.found)}, expected an empty folder or none; nothing was written. ` +
      `Choose another name or folder.`,
    { folder: 'label-noise', found: ['package.json'] as readonly string[] },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { folder: string; reason: string }) =>
      `Cannot write to '${d.folder}': expected a place to make a folder, received '${d.reason}'. Check the path and its rights.`,
    { folder: '/label-noise', reason: 'EACCES: permission denied' },
  ),
});
