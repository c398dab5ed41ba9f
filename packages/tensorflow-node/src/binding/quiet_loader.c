/*
 * TensorFlow's library writes two lines to standard error while it is loaded, before its log level is read. This loads it with
 * standard error turned away, as only a native function can, so that the binding finds it loaded.
 */
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
  if (napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, NULL, &function) == napi_ok)
    napi_set_named_property(env, exports, "load", function);
  return exports;
}
