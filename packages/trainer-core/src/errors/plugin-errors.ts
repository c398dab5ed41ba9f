import { errorEntry, quoteAll, show } from '@evenkeel/errors';

/** Whose value of which role. */
function owner({ plugin, role }: { readonly plugin: string; readonly role: string }): string {
  if (plugin === 'options') return `What the options of createTrainer give role '${role}'`;
  return plugin === 'default' ? `The default of role '${role}'` : `Plugin '${plugin}', in role '${role}',`;
}

/** What can be wrong with plugins, the roles that they fill, and what they are called for. */
export const pluginErrors = {
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
};
