import { defineErrors, errorEntry, optionEntry, quoteAll, show } from '@evenkeel/errors';

/** What is missing altogether reads as such. */
function shown(value: unknown): string {
  return value === undefined ? 'absent' : show(value);
}

/** A few problems, and how many more there are. */
function firstOf(problems: readonly string[]): string {
  const more = problems.length > 4 ? `, and ${problems.length - 4} more` : '';
  return problems.slice(0, 4).join(', ') + more;
}

/** Whose value of which role. */
function owner({ plugin, role }: { readonly plugin: string; readonly role: string }): string {
  if (plugin === 'options') return `What the options of createTrainer give role '${role}'`;
  return plugin === 'default' ? `The default of role '${role}'` : `Plugin '${plugin}', in role '${role}',`;
}

/** Where a step stands, zero-based. */
interface StepPlace {
  readonly epoch: number;
  readonly batch: number;
  readonly step: number;
  readonly tag: string;
}

const EXAMPLE_PLACE: StepPlace = { epoch: 0, batch: 3, step: 3, tag: 'base' };

function stepPlace({ epoch, batch, step, tag }: StepPlace): string {
  return `epoch ${epoch + 1}, batch ${batch + 1} (step ${step + 1} of the run, tag '${tag}')`;
}

function quoted(name: string): string {
  return name === 'the loss' ? 'the loss itself' : `'${name}'`;
}

const DIVERGED =
  `Nothing was changed. Lower the learning rate, add warm-up or gradient clipping: this checkpoint, or an earlier one, resumes with ` +
  `another schedule by resume(location, { changed: ['SCHEDULE'] }).`;

/** Every error that the trainer throws on purpose, apart from the options of its factories (`option-errors.ts`). */
export const trainerErrors = defineErrors('TRAINER', {
  BAD_OPTION: optionEntry({
    where: 'createTrainer',
    option: 'batchSize',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
  BAD_PLUGIN: errorEntry(
    (d: { received: unknown; problem: string }) =>
      `Expected a plugin { name, version, api, setup }, received ${show(d.received)}: ${d.problem}. ` +
      (typeof d.received === 'function'
        ? `Did you pass the factory itself instead of calling it, as in \`plugins: [whitening()]\`?`
        : 'Correct it where the plugin is defined.'),
    { received: { name: 'p' }, problem: "'setup' is missing" },
  ),
  DUPLICATE_PLUGIN: errorEntry(
    (d: { plugin: string }) => `Plugin '${d.plugin}' is in the list twice. Keep one of them.`,
    { plugin: '@evenkeel/plugin-bet' },
  ),
  API_MISMATCH: errorEntry(
    (d: { plugin: string; range: string; provided: string }) =>
      `Plugin '${d.plugin}' was written for version '${d.range}' of the plugin contract, this trainer-core provides ` +
      `'${d.provided}'. Install a version of the plugin or of @evenkeel/trainer-core that fits the other.`,
    { plugin: 'plugin-old', range: '^0.9', provided: '1.0.0' },
  ),
  TWO_COPIES: errorEntry(
    (d: {
      what: string;
      here: { readonly version: string; readonly location: string };
      other: { readonly version: string; readonly location: string };
    }) =>
      `${d.what} was made by another copy of @evenkeel/trainer-core: expected ${d.here.version} from ${d.here.location}, ` +
      `received ${d.other.version} from ${d.other.location}. Install one copy: list the core under peerDependencies in plugins, ` +
      `and see \`npm ls @evenkeel/trainer-core\`.`,
    {
      what: "Plugin 'plugin-a'",
      here: { version: '0.1.0', location: 'app/node_modules/@evenkeel/trainer-core/dist' },
      other: { version: '0.2.0', location: 'plugin-a/node_modules/@evenkeel/trainer-core/dist' },
    },
  ),
  REQUIRES_MISSING: errorEntry(
    (d: { plugin: string; missing: string; installed: readonly string[] }) =>
      `Plugin '${d.plugin}' requires '${d.missing}', which is not in the list. Add it to \`plugins\`. ` +
      `In the list: ${quoteAll(d.installed)}.`,
    { plugin: 'plugin-a', missing: 'plugin-b', installed: ['plugin-c'] },
  ),
  CONFLICT: errorEntry(
    (d: { plugin: string; other: string }) =>
      `Plugin '${d.plugin}' cannot be used together with '${d.other}'. Remove one of them.`,
    { plugin: 'plugin-a', other: 'plugin-b' },
  ),
  ORDER_CYCLE: errorEntry(
    (d: { cycle: readonly string[] }) =>
      `The plugins' 'after' and 'before' form a cycle: ${d.cycle.map((name) => `'${name}'`).join(' before ')}. ` +
      `Remove one of these constraints.`,
    { cycle: ['plugin-a', 'plugin-b', 'plugin-a'] },
  ),
  SETUP_FAILED: errorEntry(
    (d: { plugin: string; reason: string }) =>
      `Plugin '${d.plugin}' failed in setup: ${d.reason}. No trainer was made. Correct the plugin, or leave it out.`,
    { plugin: 'plugin-a', reason: 'no such file' },
  ),
  LATE_CALL: errorEntry(
    (d: { plugin: string; call: string }) =>
      `Plugin '${d.plugin}' called '${d.call}' after its setup had returned. Register everything inside setup.`,
    { plugin: 'plugin-a', call: 'roles.provide' },
  ),
  WRONG_KIND: errorEntry(
    (d: { plugin: string; role: string; call: string; instead: string }) =>
      `Plugin '${d.plugin}' called '${d.call}' with role '${d.role}'. Use '${d.instead}' for this role.`,
    { plugin: 'plugin-a', role: 'LOSS', call: 'roles.contribute', instead: 'roles.provide' },
  ),
  TWO_PROVIDERS: errorEntry(
    (d: { role: string; first: string; second: string }) =>
      `Role '${d.role}' takes one provider, but both '${d.first}' and '${d.second}' provide it. ` +
      `Keep one, or let one of them decorate the role.`,
    { role: 'SAMPLER', first: 'options', second: 'plugin-a' },
  ),
  NO_PROVIDER: errorEntry(
    (d: { role: string; purpose: string; option?: string }) =>
      `Role '${d.role}' (${d.purpose}) has no provider and no default. ` +
      (d.option ? `Give createTrainer the option '${d.option}', or add` : 'Add') +
      ` a plugin that provides it.`,
    { role: 'DATASET', purpose: 'where examples come from', option: 'data' },
  ),
  ROLE_CYCLE: errorEntry(
    (d: { roles: readonly string[] }) =>
      `Roles resolve each other in a circle: ${d.roles.map((name) => `'${name}'`).join(' needs ')}. ` +
      `Resolve inside one of them later, or split it.`,
    { roles: ['SAMPLER', 'BALANCED_SAMPLER', 'SAMPLER'] },
  ),
  BAD_STATE: errorEntry(
    (d: { plugin: string; key: unknown; problem: string }) =>
      `Plugin '${d.plugin}' persists ${show(d.key)}, which cannot be kept: ${d.problem}. Correct what it gives to 'state.persist'.`,
    { plugin: 'plugin-a', key: 'statistics', problem: "'version' is missing (it has 'save', 'load')" },
  ),
  DUPLICATE_STATE: errorEntry(
    (d: { plugin: string; key: string }) =>
      `Plugin '${d.plugin}' persists state under '${d.key}' twice. Give each state its own key.`,
    { plugin: 'plugin-a', key: 'statistics' },
  ),
  DUPLICATE_VARIABLE: errorEntry(
    (d: { variable: string }) =>
      `A variable named '${d.variable}' exists already in this trainer. Names must be unique within a scope.`,
    { variable: 'backbone/conv1/kernel' },
  ),
  OBSERVER_FAILED: errorEntry(
    (d: { plugin: string; event: string; reason: string }) =>
      `An observer of '${d.plugin}' threw while it handled '${d.event}': ${d.reason.replace(/\.$/, '')}. ` +
      `The other observers were served, and the run was stopped.`,
    { plugin: 'plugin-a', event: 'step-end', reason: 'x is not a function' },
  ),
  INSPECTOR_FAILED: errorEntry(
    (d: { inspector: string; epoch: number; reason: string }) =>
      `The inspector '${d.inspector}' failed after epoch ${d.epoch + 1}: ${d.reason.replace(/\.$/, '')}. ` +
      `The run was saved and stopped; leave the inspector out to train without it.`,
    { inspector: 'diagnostics', epoch: 0, reason: 'x is not a function' },
  ),
  TEARDOWN_FAILED: errorEntry(
    (d: { plugin: string; reason: string }) =>
      `What the setup of plugin '${d.plugin}' returned failed on dispose: ${d.reason.replace(/\.$/, '')}. Everything else was torn ` +
      `down, and every tensor freed. Look at what the plugin had still to write or to send.`,
    { plugin: 'plugin-a', reason: 'the connection was closed' },
  ),
  NO_ROLE: errorEntry(
    (d: { plugin: string; call: string; received: unknown }) =>
      `Plugin '${d.plugin}' called '${d.call}' with ${show(d.received)}, expected a role. Import the role by its name, as in ` +
      `\`import { LOSS } from '@evenkeel/trainer-core'\`, or declare one with role() or listRole().`,
    { plugin: 'plugin-a', call: 'roles.provide', received: 'LOSS' as unknown },
  ),
  BAD_ROLE_VALUE: errorEntry(
    (d: { plugin: string; role: string; option?: string; problem: string; received: unknown }) =>
      (d.plugin === 'options' && d.option
        ? `Option '${d.option}' of createTrainer does not fit role '${d.role}'`
        : `Plugin '${d.plugin}' gave role '${d.role}' a value that does not fit`) +
      `: ${d.problem}. ` +
      (typeof d.received === 'function'
        ? 'Did you pass the factory instead of calling it? A value made from other roles goes through provideFrom.'
        : 'Give a value of that form.'),
    {
      plugin: 'plugin-a',
      role: 'LOSS',
      problem: "'los' is no member, did you mean 'loss'?; expected { name, loss() }",
      received: {} as unknown,
    },
  ),
  ROLE_RETURNED: errorEntry(
    (d: { plugin: string; role: string; member: string; problem: string; where: string }) =>
      `${owner(d)} returned from '${d.member}' what does not fit: ${d.problem}${d.where && `, ${d.where}`}. Correct it there.`,
    {
      plugin: 'plugin-a',
      role: 'LOGIT_TRANSFORMS',
      member: 'transform',
      problem: 'expected logits [8, 3], it gave a tensor of shape [3, 8]',
      where: 'in epoch 1, at batch 1 (step 1 of the run)',
    },
  ),
  ROLE_FAILED: errorEntry(
    (d: { plugin: string; role: string; member: string; reason: string; where: string }) =>
      `${owner(d)} failed in '${d.member}'${d.where && ` ${d.where}`}: ${d.reason.replace(/\.$/, '')}. ` +
      (d.where === ''
        ? 'Correct it or leave it out.'
        : d.role === 'CHECKPOINTS'
          ? 'No checkpoint was kept here, those before it stay. Correct it or leave it out, then resume.'
          : 'Steps that were done before this are saved. Correct it or leave it out, then resume.'),
    {
      plugin: 'plugin-a',
      role: 'METRICS',
      member: 'start().add',
      reason: 'x is not a function',
      where: 'in epoch 2, at batch 1 (step 11 of the run)',
    },
  ),
  WRONG_TASK: errorEntry(
    (d: { what: string; needs: string; task: string }) =>
      `${d.what} is for the task '${d.needs}', this trainer's task is '${d.task}'. Leave it out, or give createTrainer another ` +
      `option 'task'.`,
    { what: "Plugin '@evenkeel/plugin-logit-adjust'", needs: 'classification', task: 'regression' },
  ),
  BAD_PRIOR: errorEntry(
    (d: { sampler: string; tag: string; classes: number; length: number; sum: number }) =>
      `Sampler '${d.sampler}' gave a class prior for tag '${d.tag}' of ${d.length} values that sum to ${d.sum}. Expected ` +
      `${d.classes} shares of at least 0 that sum to 1: let classPrior be the distribution that its batches are drawn from.`,
    { sampler: 'mine', tag: 'base', classes: 10, length: 10, sum: 12 },
  ),
  BAD_LOG: errorEntry(
    (d: { name: string; problem: string }) =>
      `'${d.name}' was given to log, but ${d.problem}. Expected one float32 scalar for each name and step.`,
    { name: 'gradient norm', problem: 'it is float32 [2]' },
  ),
  LOSS_NOT_FINITE: errorEntry(
    (d: StepPlace & { loss: number; first: string; learningRate: number }) =>
      `Expected a finite loss, received ${d.loss} in ${stepPlace(d)}, at learning rate ${d.learningRate}; the first value that would ` +
      `not have been finite is ${quoted(d.first)}. ${DIVERGED}`,
    { loss: NaN, first: 'backbone/kernel', ...EXAMPLE_PLACE, learningRate: 10 },
  ),
  UPDATE_NOT_FINITE: errorEntry(
    (d: StepPlace & { loss: number; first: string; learningRate: number }) =>
      `The loss ${d.loss} is finite in ${stepPlace(d)}, but the new value of ${quoted(d.first)} would not be (its gradient, or an ` +
      `update that a layer or the optimizer asked for), at learning rate ${d.learningRate}. ${DIVERGED}`,
    { loss: 2.3, first: 'backbone/kernel', ...EXAMPLE_PLACE, learningRate: 10 },
  ),
  DATA_NOT_FINITE: errorEntry(
    (d: StepPlace & { what: string; value: number; example: number }) =>
      `Training example ${d.example} has the ${d.what} value ${d.value} in ${stepPlace(d)}. Expected finite numbers from the data ` +
      `set and every batch transform. Nothing was changed: correct the data, and resume.`,
    { what: 'input', value: NaN, example: 17, ...EXAMPLE_PLACE },
  ),
  BAD_UPDATE: errorEntry(
    (d: { variable: string; problem: string }) =>
      `A layer or optimizer asked for a new value of variable '${d.variable}': ${d.problem}. Nothing was changed.`,
    { variable: 'mean', problem: 'expected float32 [64], received float32 [32]' },
  ),
  BAD_DATASET: errorEntry(
    (d: { dataset: string; problem: string }) => `Data set '${d.dataset}' contradicts itself: ${d.problem}.`,
    { dataset: 'mine', problem: 'train.labels has class 3, expected 0 .. 2' },
  ),
  BAD_BATCH: errorEntry(
    (d: { tag: string; problem: string }) =>
      `A batch of tag '${d.tag}' that the sampler planned cannot be read: ${d.problem}. Correct the sampler.`,
    { tag: 'base', problem: 'it has index 20, expected 0 .. 19' },
  ),
  BAD_PLAN: errorEntry(
    (d: { sampler: string; epoch: number; expected: number; received: number }) =>
      `Sampler '${d.sampler}' announced ${d.expected} batches in epoch ${d.epoch + 1} and planned ${d.received}. ` +
      `Expected the same number, at least 1: let batchesIn(epoch) be the length of plan(seed, epoch).`,
    { sampler: 'mine', epoch: 0, expected: 10, received: 9 },
  ),
  NOT_MEASURED: errorEntry(
    (d: { metric: string; value: string; measured: readonly string[] }) =>
      `The evaluation has no value '${d.value}' of metric '${d.metric}': ` +
      (d.measured.length === 0 ? 'nothing was measured' : `it has ${quoteAll(d.measured)}`) +
      `. Evaluate, and add the metric to 'metrics' or do not replace it.`,
    { metric: 'accuracy', value: 'few', measured: ['mae', 'rmse'] },
  ),
  DUPLICATE_METRIC: errorEntry(
    (d: { metric: string; key: string }) =>
      `Metric '${d.metric}' gives a value '${d.key}' that an earlier metric gives too. Rename one, or leave one out.`,
    { metric: 'topK', key: 'top5' },
  ),
  BAD_POSITION: errorEntry(
    (d: { problem: string }) =>
      `The checkpoint does not belong to this run: ${d.problem}. Nothing was changed. Resume another one; where the sampler was changed ` +
      `on purpose, resume(location, { changed: ['SAMPLER'] }).`,
    { problem: "after 3 steps it stands in epoch 4, and sampler 'instance-balanced' plans 18 before that" },
  ),
  FEWER_EPOCHS: errorEntry(
    (d: { epochs: number; done: number }) =>
      `fit: expected epochs of at least ${d.done}, which this run has finished, received ${d.epochs}. Nothing was changed. Ask for more, or ` +
      `begin another run.`,
    { epochs: 2, done: 5 },
  ),
  OTHER_SHAPE: errorEntry(
    (d: { expected: readonly number[]; received: readonly number[] }) =>
      `predict: expected examples of shape [${d.expected.join(', ')}], as the network was trained on, received [${d.received.join(', ')}]. Give ` +
      `the source that shape.`,
    { expected: [32, 32, 3], received: [28, 28, 1] },
  ),
  OUTPUT_NOT_FINITE: errorEntry(
    (d: { example: number; input: number | undefined }) =>
      `The network gives NaN for example ${d.example} of the part that is evaluated or predicted. ` +
      (d.input === undefined
        ? 'Expected numbers; its inputs are finite, so look at the weights that it is evaluated with and at post-hoc transforms.'
        : `Its inputs hold ${d.input}, expected finite numbers: correct the data.`),
    { example: 17, input: NaN },
  ),
  UNKNOWN_SPLIT: errorEntry(
    (d: { split: string; dataset: string; available: readonly string[] }) =>
      `Data set '${d.dataset}' has no '${d.split}' part. Available: ${quoteAll(d.available)}.`,
    { split: 'validation', dataset: 'cifar10-lt', available: ['train', 'test'] },
  ),
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
  BUSY: errorEntry(
    (d: { call: string; running: string }) =>
      `'${d.call}' was called while '${d.running}' is under way. Await the first, or make a second trainer.`,
    { call: 'fit', running: 'fit' },
  ),
  DISPOSED: errorEntry(
    (d: { call: string }) => `'${d.call}' was called after dispose(). Make a new trainer.`,
    {
      call: 'fit',
    },
  ),
});
