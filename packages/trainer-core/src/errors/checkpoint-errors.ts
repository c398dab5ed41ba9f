import { errorEntry, quoteAll, show } from '@evenkeel/errors';

/** What is missing altogether reads as such. */
function shown(value: unknown): string {
  return value === undefined ? 'absent' : show(value);
}

/** A few problems, and how many more there are. */
function firstOf(problems: readonly string[]): string {
  const more = problems.length > 4 ? `, and ${problems.length - 4} more` : '';
  return problems.slice(0, 4).join(', ') + more;
}

/** What can be wrong with checkpoints, the states of plugins in them, and weights taken from them. */
export const checkpointErrors = {
  CHECKPOINT_DAMAGED: errorEntry(
    (d: { source: string; problem: string }) =>
      `The checkpoint '${d.source}' cannot be read: ${d.problem}. Delete it and resume from an earlier one, or start again; ` +
      `nothing was changed.`,
    { source: 'runs/a/step-000000120.safetensors', problem: 'its checksum is abc, the file says def' },
  ),
  CHECKPOINT_OLD: errorEntry(
    (d: { source: string; version: number }) =>
      `The checkpoint '${d.source}' has version ${d.version} of the format: it was written before random numbers were keyed by ` +
      `row, so its run cannot be resumed exactly. Resume it with the trainer-core that wrote it, or start a new run from its ` +
      `weights with fromCheckpoint; nothing was changed.`,
    { source: 'runs/a/step-000000120.safetensors', version: 1 },
  ),
  CHECKPOINT_NEWER: errorEntry(
    (d: { source: string; version: number; reads: number }) =>
      `The checkpoint '${d.source}' has version ${d.version} of the format, this trainer-core reads versions up to ${d.reads}. ` +
      `Install the version of @evenkeel/trainer-core that wrote it, or a newer one; nothing was changed.`,
    { source: 'runs/a/step-000000120.safetensors', version: 3, reads: 2 },
  ),
  CHECKPOINT_NOT_FINITE: errorEntry(
    (d: { variable: string; value: number }) =>
      `No checkpoint was written: variable '${d.variable}' holds ${d.value}, expected finite numbers. A step never moves a variable there; ` +
      `look at initial weights and at what assigns variables outside of a step.`,
    { variable: 'backbone/kernel', value: NaN },
  ),
  NOT_CHANGED: errorEntry(
    (d: { role: string; roles: readonly string[] }) =>
      `resume() was told that '${d.role}' has changed, which is no part of a run's identity. Expected some of ${quoteAll(d.roles)}; ` +
      `nothing was changed.`,
    { role: 'SHEDULE', roles: ['SCHEDULE', 'OPTIMIZER'] },
  ),
  CHECKPOINT_MISMATCH: errorEntry(
    (d: { what: string; expected: unknown; found: unknown; role?: string }) =>
      `The checkpoint was written by a different run: ${d.what} is ${shown(d.expected)} here and ${shown(d.found)} in ` +
      `the checkpoint. Build the trainer as it was, or start again` +
      (d.role === undefined
        ? ''
        : `; where the change is meant, resume(location, { changed: ['${d.role}'] })`) +
      `. Nothing was changed.`,
    { what: 'role LOSS', role: 'LOSS', expected: 'focal', found: 'softmax cross-entropy' },
  ),
  STATE_MISSING: errorEntry(
    (d: { plugin: string; key: string; saved?: string; here: string }) =>
      `The checkpoint has no state '${d.key}' of plugin '${d.plugin}' ${d.here}. It was written ` +
      (d.saved === undefined
        ? 'without this plugin: remove it'
        : `with version ${d.saved}: use a version that keeps the same state`) +
      `, or start again; nothing was changed.`,
    { plugin: 'plugin-a', key: 'statistics', here: '0.1.0' },
  ),
  STATE_UNCLAIMED: errorEntry(
    (d: { plugin: string; key: string; saved: string; here?: string }) =>
      `The checkpoint holds state '${d.key}' of plugin '${d.plugin}' ${d.saved}, which ` +
      (d.here === undefined
        ? 'is not in the list. Add the plugin'
        : `version ${d.here} does not keep. Use a version that does`) +
      ` to resume exactly as before; nothing was changed.`,
    { plugin: 'plugin-a', saved: '0.1.0', key: 'statistics' },
  ),
  STATE_REJECTED: errorEntry(
    (d: { plugin: string; key: string; reason: string; unknown?: readonly string[] }) =>
      `Plugin '${d.plugin}' could not load its state '${d.key}': ${d.reason.replace(/\.$/, '')}. ` +
      (d.unknown === undefined
        ? 'Everything is as it was before.'
        : `The state of ${quoteAll(d.unknown)} could not be put back, and is unknown: make the trainer again. Everything else is as it ` +
          'was before.'),
    { plugin: 'plugin-a', key: 'statistics', reason: 'expected 8 numbers, received 4' },
  ),
  STATE_UNKNOWN: errorEntry(
    (d: { plugins: readonly string[]; call: string }) =>
      `The state of ${quoteAll(d.plugins)} is unknown since a resume failed, and '${d.call}' would go on from it. Resume from a checkpoint that loads, or ` +
      'make the trainer again.',
    { plugins: ['plugin-a'], call: 'fit' },
  ),
  STATE_NOT_SAVED: errorEntry(
    (d: { plugin: string; key: string; reason: string }) =>
      `Plugin '${d.plugin}' could not save its state '${d.key}': ${d.reason}. No checkpoint was written.`,
    { plugin: 'plugin-a', key: 'statistics', reason: 'x is not a function' },
  ),
  STATE_NOT_PLAIN: errorEntry(
    (d: { path: string; received: unknown }) =>
      `Under '${d.path}' there is ${show(d.received)}. State is plain data: null, truth values, numbers, texts, lists, ` +
      `plain objects, Float32Array, Float64Array and Int32Array.`,
    { path: 'state/plugin-a/seen', received: 'a Map' },
  ),
  WEIGHTS_NOT_FOUND: errorEntry(
    (d: { source: string }) =>
      `There is no checkpoint in '${d.source}' to take initial weights from. Train and save that run first, or correct the path.`,
    { source: 'runs/ce' },
  ),
  WEIGHTS_MISMATCH: errorEntry(
    (d: { source: string; problems: readonly string[] }) =>
      `The weights in '${d.source}' do not fit this network: ${firstOf(d.problems)}. Build the network as it was when they ` +
      `were saved, or take fewer of them ('takes'). Nothing was assigned.`,
    { source: 'runs/ce', problems: ["'classifier/kernel' is [64, 100] in the checkpoint and [64, 10] here"] },
  ),
  WEIGHTS_OTHER_DATA: errorEntry(
    (d: { source: string; expected: string; found: string }) =>
      `The weights in '${d.source}' were trained on other data, '${d.found}'; expected '${d.expected}' with the same digest, ` +
      `so that what is held out here was held out there. Train both stages on the same data set.`,
    { source: 'runs/ce', expected: 'cifar10-lt (validation 0.1)', found: 'cifar10-lt' },
  ),
  NOTHING_TO_RESUME: errorEntry(
    (d: { location: string | undefined; store: string }) =>
      `There is no checkpoint ${d.location === undefined ? 'yet' : `at '${d.location}'`} (kept by ${d.store}). ` +
      `Check the path, or start without resume.`,
    { location: 'runs/a/checkpoints', store: 'files' },
  ),
};
