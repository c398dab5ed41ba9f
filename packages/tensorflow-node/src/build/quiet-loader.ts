import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindingFile } from '../find/native-folder.js';

/**
 * TensorFlow's library writes two lines to standard error while it is loaded, before its log level is read. This loads
 * it with standard error turned away, as only a native function can, so that the binding finds it loaded.
 */
const SOURCE = `
#include <dlfcn.h>
#include <fcntl.h>
#include <node_api.h>
#include <stdio.h>
#include <unistd.h>

static napi_value load(napi_env env, napi_callback_info info) {
  char path[4096];
  size_t length = 0, count = 1;
  napi_value argument;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || count != 1) return NULL;
  if (napi_get_value_string_utf8(env, argument, path, sizeof path, &length) != napi_ok) return NULL;
  fflush(stderr);
  int kept = dup(2), nowhere = open("/dev/null", O_WRONLY);
  if (kept >= 0 && nowhere >= 0) dup2(nowhere, 2);
  dlopen(path, RTLD_LAZY);
  fflush(stderr);
  if (kept >= 0) dup2(kept, 2), close(kept);
  if (nowhere >= 0) close(nowhere);
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function) == napi_ok) {
    napi_set_named_property(env, exports, "load", function);
  }
  return exports;
}
`;

const TARGETS = /'targets'\s*:\s*\[/;
const OWN_TARGETS = `$&
  { 'target_name': 'quiet_loader', 'sources': ['quiet_loader.c'] },
  {
    'target_name': 'copy_quiet_loader',
    'type': 'none',
    'dependencies': ['quiet_loader'],
    'copies': [{ 'files': ['<(PRODUCT_DIR)/quiet_loader.node'], 'destination': '<(module_path)' }],
  },`;

/** Has the loader compiled along with the binding, in a folder that holds the binding's sources. */
export async function addQuietLoader(sources: string): Promise<void> {
  const gyp = join(sources, 'binding.gyp');
  await writeFile(join(sources, 'quiet_loader.c'), SOURCE);
  await writeFile(gyp, (await readFile(gyp, 'utf8')).replace(TARGETS, OWN_TARGETS));
}

/** The binding of a native build, loaded without a word unless `TF_CPP_MIN_LOG_LEVEL` asks for some (0 or 1). */
export function loadBinding(folder: string): object {
  const require = createRequire(join(folder, 'package.json'));
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const loader = join(dirname(bindingFile(folder)), 'quiet_loader.node');
  if (Number(process.env.TF_CPP_MIN_LOG_LEVEL) >= 2 && existsSync(loader)) {
    const { load } = require(loader) as { readonly load: (library: string) => void };
    load(join(folder, 'deps/lib/libtensorflow_cc.so.2'));
  }
  return require(bindingFile(folder)) as object;
}
