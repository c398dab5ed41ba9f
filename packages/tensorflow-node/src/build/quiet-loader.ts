import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mainLibrary } from '../find/library-files.js';
import { bindingFile } from '../find/native-folder.js';

/** The addon that loads the library without a word; its source, in the published package too. */
export const QUIET_LOADER = {
  file: 'quiet_loader.node',
  source: fileURLToPath(new URL('../../src/binding/quiet_loader.c', import.meta.url)),
} as const;

/** The binding of a native build, loaded without a word unless `TF_CPP_MIN_LOG_LEVEL` asks for some (0 or 1). */
export function loadBinding(folder: string): object {
  const require = createRequire(join(folder, 'package.json'));
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const loader = join(dirname(bindingFile(folder)), QUIET_LOADER.file);
  if (Number(process.env.TF_CPP_MIN_LOG_LEVEL) >= 2 && existsSync(loader)) {
    const { load } = require(loader) as { readonly load: (library: string) => void };
    load(mainLibrary(folder));
  }
  return require(bindingFile(folder)) as object;
}
