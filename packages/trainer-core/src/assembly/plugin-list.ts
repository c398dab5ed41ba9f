import semver from 'semver';
import { PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import { checkOrigin } from '../contract/origin.js';
import type { PluginInput, TrainerPlugin } from '../contract/plugin.js';
import { trainerErrors } from '../errors/trainer-errors.js';

/** Names that the trainer itself uses in errors and in `explain()`. */
const RESERVED: readonly string[] = ['options', 'default', 'the caller'];

/** The plugins of nested lists in order, without falsy values; throws on anything that is not a plugin. */
export function flattenPlugins(input: PluginInput): TrainerPlugin[] {
  if (!input) return [];
  if (isList(input)) return input.flatMap(flattenPlugins);
  checkShape(input);
  return [input];
}

function isList(input: TrainerPlugin | readonly PluginInput[]): input is readonly PluginInput[] {
  return Array.isArray(input);
}

function checkShape(plugin: TrainerPlugin): void {
  const refuse = (problem: string) => trainerErrors.BAD_PLUGIN({ received: plugin, problem });
  if (typeof plugin !== 'object') throw refuse('it is not an object');
  for (const key of ['name', 'version', 'api'] as const) {
    if (typeof plugin[key] !== 'string' || plugin[key] === '') throw refuse(`'${key}' is not a text`);
  }
  if (typeof plugin.setup !== 'function') throw refuse(`'setup' is not a function`);
  if (RESERVED.includes(plugin.name)) throw refuse(`the name '${plugin.name}' is reserved`);
  if (semver.valid(plugin.version) === null) throw refuse(`'version' is not a semver version`);
  if (semver.validRange(plugin.api) === null) throw refuse(`'api' is not a semver range`);
  if (plugin.task !== undefined && typeof plugin.task !== 'string') throw refuse(`'task' is not a text`);
  if (plugin.order !== undefined && plugin.order !== 'pre' && plugin.order !== 'post') {
    throw refuse(`'order' is neither 'pre' nor 'post'`);
  }
}

/** Throws when a name is doubled, a contract version or the copy of the core does not fit, a requirement is missing or plugins conflict. */
export function checkPlugins(plugins: readonly TrainerPlugin[]): void {
  const installed = plugins.map((plugin) => plugin.name);
  plugins.forEach((plugin, index) => {
    if (installed.indexOf(plugin.name) !== index)
      throw trainerErrors.DUPLICATE_PLUGIN({ plugin: plugin.name });
    checkApi(plugin);
    checkOrigin(`Plugin '${plugin.name}'`, plugin);
    for (const missing of plugin.requires ?? []) {
      if (!installed.includes(missing)) {
        throw trainerErrors.REQUIRES_MISSING({ plugin: plugin.name, missing, installed });
      }
    }
    for (const other of plugin.conflicts ?? []) {
      if (installed.includes(other)) throw trainerErrors.CONFLICT({ plugin: plugin.name, other });
    }
  });
}

function checkApi(plugin: TrainerPlugin): void {
  if (!semver.satisfies(PLUGIN_API_VERSION, plugin.api)) {
    throw trainerErrors.API_MISMATCH({
      plugin: plugin.name,
      range: plugin.api,
      provided: PLUGIN_API_VERSION,
    });
  }
}
