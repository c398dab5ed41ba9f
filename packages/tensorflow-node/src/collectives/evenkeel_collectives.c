/*
 * A TensorFlow op that sums over processes, as a Node addon:
 *
 *   EvenkeelAllReduce(x: float, after: float; key: int) -> reduced, done
 *   startServer(serverDef, config, size, timeoutSeconds)   reduce over the network: starts this process's TensorFlow server
 *   shareMemory(file, rank, size, timeoutSeconds)          reduce in memory: the processes are on one machine
 *
 * One of the two is called, once for a process. Over the network the kernel runs TensorFlow's CollectiveReduceV2 in a session on
 * the server, so that the processes form a ring over gRPC. All of them have to run the same keys, each for one shape and in one
 * order: `done`, a scalar 0, goes into `after` of the next reduction, an edge of data that holds wherever the op runs, eagerly
 * or in a graph.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared_memory.h"

/* Of TensorFlow's and Node's C interfaces what is used here: their headers need not be at hand. */
typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_Graph TF_Graph;
typedef struct TF_Operation TF_Operation;
typedef struct TF_OperationDescription TF_OperationDescription;
typedef struct TF_Session TF_Session;
typedef struct TF_SessionOptions TF_SessionOptions;
typedef struct TF_Server TF_Server;
typedef struct TF_Buffer TF_Buffer;
typedef struct TF_OpKernelContext TF_OpKernelContext;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
typedef struct TF_ShapeHandle TF_ShapeHandle;
typedef struct TF_KernelBuilder TF_KernelBuilder;
typedef struct {
  TF_Operation *operation;
  int index;
} TF_Output;
enum { TF_OK = 0, TF_FAILED_PRECONDITION = 9, TF_ABORTED = 10, TF_FLOAT = 1, TF_INT32 = 3 };
TF_Status *TF_NewStatus(void);
void TF_DeleteStatus(TF_Status *);
void TF_SetStatus(TF_Status *, int code, const char *message);
int TF_GetCode(const TF_Status *);
const char *TF_Message(const TF_Status *);
TF_Tensor *TF_AllocateTensor(int type, const int64_t *dims, int rank, size_t bytes);
void *TF_TensorData(const TF_Tensor *);
size_t TF_TensorByteSize(const TF_Tensor *);
int TF_NumDims(const TF_Tensor *);
int64_t TF_Dim(const TF_Tensor *, int axis);
void TF_DeleteTensor(TF_Tensor *);
TF_Graph *TF_NewGraph(void);
TF_OperationDescription *TF_NewOperation(TF_Graph *, const char *type, const char *name);
void TF_AddInput(TF_OperationDescription *, TF_Output);
void TF_AddInputList(TF_OperationDescription *, const TF_Output *, int count);
void TF_SetAttrType(TF_OperationDescription *, const char *name, int type);
void TF_SetAttrTensor(TF_OperationDescription *, const char *name, TF_Tensor *, TF_Status *);
void TF_SetAttrString(TF_OperationDescription *, const char *name, const void *value, size_t length);
void TF_SetAttrFloat(TF_OperationDescription *, const char *name, float value);
TF_Operation *TF_FinishOperation(TF_OperationDescription *, TF_Status *);
TF_SessionOptions *TF_NewSessionOptions(void);
void TF_SetTarget(TF_SessionOptions *, const char *target);
void TF_SetConfig(TF_SessionOptions *, const void *proto, size_t length, TF_Status *);
void TF_DeleteSessionOptions(TF_SessionOptions *);
TF_Session *TF_NewSession(TF_Graph *, const TF_SessionOptions *, TF_Status *);
void TF_SessionRun(TF_Session *, const TF_Buffer *, const TF_Output *, TF_Tensor *const *, int, const TF_Output *,
                   TF_Tensor **, int, const TF_Operation *const *, int, TF_Buffer *, TF_Status *);
TF_Server *TF_NewServer(const void *proto, size_t length, TF_Status *);
void TF_ServerStart(TF_Server *, TF_Status *);
const char *TF_ServerTarget(TF_Server *);
void TF_GetInput(TF_OpKernelContext *, int index, TF_Tensor **, TF_Status *);
void TF_SetOutput(TF_OpKernelContext *, int index, const TF_Tensor *, TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
void TF_OpKernelConstruction_GetAttrInt32(TF_OpKernelConstruction *, const char *name, int32_t *, TF_Status *);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction *, TF_Status *);
TF_OpDefinitionBuilder *TF_NewOpDefinitionBuilder(const char *name);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderSetIsStateful(TF_OpDefinitionBuilder *, bool);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder *,
                                                     void (*)(TF_ShapeInferenceContext *, TF_Status *));
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder *, TF_Status *);
TF_ShapeHandle *TF_NewShapeHandle(void);
void TF_DeleteShapeHandle(TF_ShapeHandle *);
void TF_ShapeInferenceContextGetInput(TF_ShapeInferenceContext *, int index, TF_ShapeHandle *, TF_Status *);
void TF_ShapeInferenceContextSetOutput(TF_ShapeInferenceContext *, int index, TF_ShapeHandle *, TF_Status *);
TF_KernelBuilder *TF_NewKernelBuilder(const char *op, const char *device, void *(*create)(TF_OpKernelConstruction *),
                                      void (*compute)(void *, TF_OpKernelContext *), void (*destroy)(void *));
void TF_RegisterKernelBuilder(const char *name, TF_KernelBuilder *, TF_Status *);
typedef void *Napi;
int napi_get_cb_info(Napi env, Napi info, size_t *count, Napi *arguments, Napi *self, void **data);
int napi_get_typedarray_info(Napi env, Napi value, int *type, size_t *length, void **data, Napi *buffer, size_t *offset);
int napi_get_value_int32(Napi env, Napi value, int32_t *result);
int napi_get_value_string_utf8(Napi env, Napi value, char *text, size_t size, size_t *length);
int napi_get_value_double(Napi env, Napi value, double *result);
int napi_create_function(Napi env, const char *name, size_t length, Napi (*)(Napi, Napi), void *data, Napi *result);
int napi_set_named_property(Napi env, Napi object, const char *name, Napi value);
int napi_throw_error(Napi env, const char *code, const char *message);

/* The place of this process among the others. */
static struct {
  TF_Server *server;
  void *config;
  size_t config_length;
  int size;
  double timeout_seconds;
  bool in_memory;
} here;

static bool ok(TF_Status *status) { return TF_GetCode(status) == TF_OK; }

/* What a key stands for: placeholder -> CollectiveReduceV2 in a session on the server, opened once however many kernels ask. */
typedef struct Reduction {
  int32_t key;
  TF_Session *session;
  TF_Output x, reduced;
  struct Reduction *next;
} Reduction;

static Reduction *reductions;
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

static TF_Output whole_number(TF_Graph *graph, const char *name, int32_t value, TF_Status *status) {
  TF_Tensor *tensor = TF_AllocateTensor(TF_INT32, NULL, 0, sizeof value);
  memcpy(TF_TensorData(tensor), &value, sizeof value);
  TF_OperationDescription *node = TF_NewOperation(graph, "Const", name);
  TF_SetAttrType(node, "dtype", TF_INT32);
  TF_SetAttrTensor(node, "value", tensor, status);
  TF_DeleteTensor(tensor);
  return (TF_Output){TF_FinishOperation(node, status), 0};
}

static void open_session(Reduction *reduction, TF_Status *status) {
  TF_Graph *graph = TF_NewGraph();
  TF_OperationDescription *node = TF_NewOperation(graph, "Placeholder", "x");
  TF_SetAttrType(node, "dtype", TF_FLOAT);
  reduction->x = (TF_Output){TF_FinishOperation(node, status), 0};
  const TF_Output size = whole_number(graph, "size", here.size, status);
  const TF_Output group = whole_number(graph, "group", 1, status);
  const TF_Output key = whole_number(graph, "key", reduction->key, status);
  if (!ok(status)) return;
  node = TF_NewOperation(graph, "CollectiveReduceV2", "reduced");
  TF_AddInput(node, reduction->x);
  TF_AddInput(node, size);
  TF_AddInput(node, group);
  TF_AddInput(node, key);
  TF_AddInputList(node, NULL, 0);
  TF_SetAttrString(node, "merge_op", "Add", 3);
  TF_SetAttrString(node, "final_op", "Id", 2);
  TF_SetAttrFloat(node, "timeout_seconds", (float)here.timeout_seconds);
  reduction->reduced = (TF_Output){TF_FinishOperation(node, status), 0};
  if (!ok(status)) return;
  TF_SessionOptions *options = TF_NewSessionOptions();
  TF_SetTarget(options, TF_ServerTarget(here.server));
  TF_SetConfig(options, here.config, here.config_length, status);
  if (ok(status)) reduction->session = TF_NewSession(graph, options, status);
  TF_DeleteSessionOptions(options);
}

static Reduction *reduction_of(int32_t key, TF_Status *status) {
  if (!here.server && !here.in_memory) {
    TF_SetStatus(status, TF_FAILED_PRECONDITION, "this process has no place among those that reduce");
    return NULL;
  }
  pthread_mutex_lock(&opening);
  Reduction *found = reductions;
  while (found && found->key != key) found = found->next;
  if (!found) {
    Reduction *made = calloc(1, sizeof *made);
    made->key = key;
    if (here.server) open_session(made, status);
    if (ok(status)) {
      made->next = reductions;
      reductions = found = made;
    } else {
      free(made);
    }
  }
  pthread_mutex_unlock(&opening);
  return found;
}

static void *create_kernel(TF_OpKernelConstruction *construction) {
  int32_t key = 0;
  Reduction *reduction = NULL;
  TF_Status *status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrInt32(construction, "key", &key, status);
  if (ok(status)) reduction = reduction_of(key, status);
  if (!ok(status)) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return reduction;
}

/* A tensor with the sum of `x` over all processes. */
static TF_Tensor *sum_in_memory(const Reduction *reduction, TF_Tensor *x, TF_Status *status) {
  int64_t dims[8];
  const int rank = TF_NumDims(x);
  if (rank > 8) {
    TF_SetStatus(status, TF_FAILED_PRECONDITION, "more than 8 axes");
    return NULL;
  }
  for (int axis = 0; axis < rank; axis++) dims[axis] = TF_Dim(x, axis);
  const size_t bytes = TF_TensorByteSize(x);
  TF_Tensor *sum = TF_AllocateTensor(TF_FLOAT, dims, rank, bytes);
  const char *problem = shared_sum(TF_TensorData(x), TF_TensorData(sum), bytes / sizeof(float), reduction->key);
  if (problem) {
    char message[128];
    snprintf(message, sizeof message, "EvenkeelAllReduce: %s", problem);
    TF_SetStatus(status, TF_ABORTED, message);
  }
  return sum;
}

static TF_Tensor *sum_over_network(const Reduction *reduction, TF_Tensor *x, TF_Status *status) {
  TF_Tensor *sum = NULL;
  TF_SessionRun(reduction->session, NULL, &reduction->x, &x, 1, &reduction->reduced, &sum, 1, NULL, 0, NULL, status);
  return sum;
}

static void run_kernel(void *kernel, TF_OpKernelContext *context) {
  Reduction *reduction = kernel;
  TF_Status *status = TF_NewStatus();
  TF_Tensor *x = NULL, *reduced = NULL, *done = TF_AllocateTensor(TF_FLOAT, NULL, 0, sizeof(float));
  memset(TF_TensorData(done), 0, sizeof(float));
  TF_GetInput(context, 0, &x, status);
  if (ok(status)) reduced = (here.in_memory ? sum_in_memory : sum_over_network)(reduction, x, status);
  if (ok(status)) TF_SetOutput(context, 0, reduced, status);
  if (ok(status)) TF_SetOutput(context, 1, done, status);
  if (!ok(status)) TF_OpKernelContext_Failure(context, status);
  if (x) TF_DeleteTensor(x);
  if (reduced) TF_DeleteTensor(reduced);
  TF_DeleteTensor(done);
  TF_DeleteStatus(status);
}

/* `reduced` is shaped as `x`, `done` as `after`, which is a scalar. */
static void infer_shapes(TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeHandle *shape = TF_NewShapeHandle();
  for (int at = 0; at < 2 && ok(status); at++) {
    TF_ShapeInferenceContextGetInput(context, at, shape, status);
    if (ok(status)) TF_ShapeInferenceContextSetOutput(context, at, shape, status);
  }
  TF_DeleteShapeHandle(shape);
}

/* Once for a process, however many of its threads load the addon. */
static void register_op(void) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder("EvenkeelAllReduce");
  TF_OpDefinitionBuilderAddInput(definition, "x: float");
  TF_OpDefinitionBuilderAddInput(definition, "after: float");
  TF_OpDefinitionBuilderAddOutput(definition, "reduced: float");
  TF_OpDefinitionBuilderAddOutput(definition, "done: float");
  TF_OpDefinitionBuilderAddAttr(definition, "key: int");
  TF_OpDefinitionBuilderSetIsStateful(definition, true);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, infer_shapes);
  TF_RegisterOpDefinition(definition, status);
  if (ok(status))
    TF_RegisterKernelBuilder("EvenkeelAllReduce",
                             TF_NewKernelBuilder("EvenkeelAllReduce", "CPU", create_kernel, run_kernel, NULL), status);
  TF_DeleteStatus(status);
}

/* Messages of megabytes come and go at every step: memory that goes back to the system costs a page fault for every 4 kB. */
static void keep_memory(void) {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

static Napi start_server(Napi env, Napi info) {
  size_t count = 4, length = 0;
  Napi arguments[4];
  void *definition = NULL, *config = NULL;
  int32_t size = 0;
  double timeout_seconds = 0;
  if (here.server || here.in_memory || napi_get_cb_info(env, info, &count, arguments, NULL, NULL) || count != 4 ||
      napi_get_typedarray_info(env, arguments[1], NULL, &here.config_length, &config, NULL, NULL) ||
      napi_get_value_int32(env, arguments[2], &size) || napi_get_value_double(env, arguments[3], &timeout_seconds) ||
      napi_get_typedarray_info(env, arguments[0], NULL, &length, &definition, NULL, NULL)) {
    napi_throw_error(env, NULL, "expected startServer(serverDef, config, size, timeoutSeconds), once for a process");
    return NULL;
  }
  keep_memory();
  here.size = size;
  here.timeout_seconds = timeout_seconds;
  here.config = memcpy(malloc(here.config_length + 1), config, here.config_length);
  TF_Status *status = TF_NewStatus();
  TF_Server *server = TF_NewServer(definition, length, status);
  if (ok(status)) TF_ServerStart(server, status);
  if (ok(status)) here.server = server;
  else napi_throw_error(env, NULL, TF_Message(status));
  TF_DeleteStatus(status);
  return NULL;
}

static Napi share_memory(Napi env, Napi info) {
  size_t count = 4, length = 0;
  Napi arguments[4];
  char path[4096];
  int32_t rank = 0, size = 0;
  double timeout_seconds = 0;
  if (here.server || here.in_memory || napi_get_cb_info(env, info, &count, arguments, NULL, NULL) || count != 4 ||
      napi_get_value_string_utf8(env, arguments[0], path, sizeof path, &length) ||
      napi_get_value_int32(env, arguments[1], &rank) || napi_get_value_int32(env, arguments[2], &size) ||
      napi_get_value_double(env, arguments[3], &timeout_seconds)) {
    napi_throw_error(env, NULL, "expected shareMemory(file, rank, size, timeoutSeconds), once for a process");
    return NULL;
  }
  keep_memory();
  const char *problem = shared_open(path, rank, size, timeout_seconds);
  if (problem) napi_throw_error(env, NULL, problem);
  else here.in_memory = true;
  return NULL;
}

static void export_function(Napi env, Napi exports, const char *name, Napi (*call)(Napi, Napi)) {
  Napi function;
  if (napi_create_function(env, name, SIZE_MAX, call, NULL, &function) == 0)
    napi_set_named_property(env, exports, name, function);
}

__attribute__((visibility("default"))) Napi napi_register_module_v1(Napi env, Napi exports) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, register_op);
  export_function(env, exports, "startServer", start_server);
  export_function(env, exports, "shareMemory", share_memory);
  return exports;
}
