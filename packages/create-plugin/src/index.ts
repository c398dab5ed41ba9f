export { createPluginErrors } from './errors.js';
export { pluginFiles } from './plugin-files.js';
export { parsePluginName } from './plugin-name.js';
export { runCreate } from './run-create.js';
export { templateFiles } from './template-files.js';
export { writeNewFolder } from './write-new-folder.js';
export { writePlugin } from './write-plugin.js';

export type { PluginHome } from './plugin-files.js';
export type { PluginName } from './plugin-name.js';
export type { WritePluginOptions, WrittenPlugin } from './write-plugin.js';
