import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** Errors of the parts that need Node: files, terminal and signals. */
export const nodeErrors = defineErrors('TRAINER_NODE', {
  BAD_OPTION: optionEntry({
    where: 'fileCheckpoints',
    option: 'keepLast',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  FOLDER_IN_USE: errorEntry(
    (d: { folder: string; newest: string }) =>
      `Folder '${d.folder}' already holds checkpoints of a run (newest: '${d.newest}'), and this run does not go on ` +
      `from them. Resume one of them, choose another folder, or delete the files.`,
    { folder: 'runs/a/checkpoints', newest: 'step-000000120.safetensors' },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { path: string; reason: string }) =>
      `Could not write '${d.path}': ${d.reason}. What was there before is kept. Make room or grant access, then go on ` +
      `from the newest checkpoint.`,
    { path: 'runs/a/metrics.jsonl', reason: 'ENOSPC: no space left on device, write' },
  ),
  NOT_READ: errorEntry(
    (d: { path: string; reason: string }) =>
      `Could not read '${d.path}': ${d.reason}. Expected a checkpoint or a folder of checkpoints that may be read; ` +
      `grant access or name another.`,
    { path: 'runs/a/checkpoints', reason: "EACCES: permission denied, scandir 'runs/a/checkpoints'" },
  ),
});
