import { marked } from './origin.js';
import type { TrainerPlugin } from './plugin.js';

/** Version of the plugin contract that this core implements; a plugin's `api` range must include it. */
export const PLUGIN_API_VERSION = '2.0.0';

/** Declares a plugin: checks its type, and marks it so that a trainer of another loaded copy of this package refuses it. */
export function definePlugin(plugin: TrainerPlugin): TrainerPlugin {
  return marked(plugin);
}
