import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Errors of the parts that need Node: files, terminal and signals. */
export const nodeErrors = defineErrors('TRAINER_NODE', {
  NO_METRIC: errorEntry(
    (d: { metric: string; available: readonly string[] }) =>
      `Option 'best' of fileCheckpoints: expected a metric that the evaluation measures, ${quoteAll(d.available)}, received '${d.metric}'. ` +
      `Correct the name, or add the metric to \`metrics\`.`,
    { metric: 'al', available: ['all', 'few'] as readonly string[] },
  ),
  BAD_OPTION: optionEntry({
    where: 'fileCheckpoints',
    option: 'keepLast',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  FOLDER_IN_USE: errorEntry(
    (d: { folder: string; newest: string }) =>
      `Folder '${d.folder}' already holds checkpoints of a run (newest: '${d.newest}'), and this run does not resume ` +
      `from them. Resume one of them, choose another folder, or delete the files.`,
    { folder: 'runs/a/checkpoints', newest: 'step-000000120.safetensors' },
  ),
  FOLDER_CHANGED: errorEntry(
    (d: { folder: string; loaded: string; newest: string }) =>
      `Folder '${d.folder}' had '${d.loaded}' as its newest checkpoint when this run was resumed, now it has '${d.newest}': ` +
      `another process has trained on since. Resume again, so that its work is not lost; nothing was changed.`,
    {
      folder: 'runs/a/checkpoints',
      loaded: 'step-000000120.safetensors',
      newest: 'step-000000180.safetensors',
    },
  ),
  RUN_IN_USE: errorEntry(
    (d: {
      place: string;
      lock: string;
      host: string;
      pid: number;
      since: string;
      silent: number;
      stale: number;
    }) =>
      `'${d.place}' is in use by process ${d.pid || 'unknown'} on '${d.host}', since ${d.since}; its last sign of life is ` +
      `${d.silent.toFixed(0)} s old, one elsewhere counts as gone after ${d.stale.toFixed(0)} s. Wait for its end, stop it, or name ` +
      `another folder. Where it is certain that no such process runs, delete '${d.lock}'. Nothing was changed.`,
    {
      place: 'runs/a/checkpoints',
      lock: 'runs/a/checkpoints/run.lock',
      host: 'ada',
      pid: 4711,
      since: '2026-01-31T12:00:00.000Z',
      silent: 3,
      stale: 60,
    },
  ),
  LOCK_LOST: errorEntry(
    (d: { lock: string }) =>
      `The lock '${d.lock}' is no longer this process's: expected it as it was made, found another or none. ` +
      `Another process took the folder over, after a long silence of this one; nothing more is written there. ` +
      `Resume from the folder when the other has ended.`,
    { lock: 'runs/a/checkpoints/run.lock' },
  ),
  NOT_WRITTEN: errorEntry(
    (d: { path: string; reason: string }) =>
      `Could not write '${d.path}': ${d.reason}. What was there before is kept. Make room or grant access, then resume ` +
      `from the newest checkpoint.`,
    { path: 'runs/a/metrics.jsonl', reason: 'ENOSPC: no space left on device, write' },
  ),
  NOT_READ: errorEntry(
    (d: { path: string; reason: string }) =>
      `Could not read '${d.path}': ${d.reason}. Expected a file or folder that may be read; grant access or name another.`,
    { path: 'runs/a/checkpoints', reason: "EACCES: permission denied, scandir 'runs/a/checkpoints'" },
  ),
});
