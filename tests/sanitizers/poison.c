// Lets a test poison bytes of the arena: the address sanitizer aborts on access.
#include <node_api.h>
#include <sanitizer/asan_interface.h>

/** poison(bytes: Uint8Array, from, to): forbids access to [from, to) from now on; from = to allows all of `bytes` again. */
static napi_value poison(napi_env env, napi_callback_info info) {
  napi_value values[3];
  size_t given = 3;
  void *base;
  size_t length;
  double from, to;
  if (napi_get_cb_info(env, info, &given, values, NULL, NULL) != napi_ok ||
      napi_get_typedarray_info(env, values[0], NULL, &length, &base, NULL, NULL) != napi_ok ||
      napi_get_value_double(env, values[1], &from) != napi_ok || napi_get_value_double(env, values[2], &to) != napi_ok) {
    napi_throw_type_error(env, NULL, "poison: bytes and two numbers are required");
    return NULL;
  }
  if (from == to) ASAN_UNPOISON_MEMORY_REGION(base, length);
  else ASAN_POISON_MEMORY_REGION((char *)base + (size_t)from, (size_t)(to - from));
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value call;
  napi_create_function(env, "poison", NAPI_AUTO_LENGTH, poison, NULL, &call);
  napi_set_named_property(env, exports, "poison", call);
  return exports;
}
