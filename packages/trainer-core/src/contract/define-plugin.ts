import type { TrainerPlugin } from './plugin.js';

/** Version of the plugin contract that this core implements; a plugin's `api` range must include it. */
export const PLUGIN_API_VERSION = '1.0.0';

/** Declares a plugin; does nothing but check its type. */
export function definePlugin(plugin: TrainerPlugin): TrainerPlugin {
  return plugin;
}
