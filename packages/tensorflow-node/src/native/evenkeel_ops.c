/*
 * Three TensorFlow ops for processors with AVX-512, as a Node addon that registers them when it is loaded:
 *
 *   EvenkeelConv3x3(x, filter) -> y, EvenkeelConv3x3BackpropInput(filter, dy) -> dx,
 *   EvenkeelConv3x3BackpropFilter(x, filter, dy) -> the filter's gradient
 *
 * float32, stride 1, padding 'same', NHWC and HWIO, channels in multiples of 16.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include "convolutions.h"

/* Of TensorFlow's and Node's C interfaces what is used here: their headers need not be at hand. */
typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_OpKernelContext TF_OpKernelContext;
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
typedef struct TF_ShapeHandle TF_ShapeHandle;
typedef struct TF_KernelBuilder TF_KernelBuilder;
enum { TF_OK = 0, TF_INVALID_ARGUMENT = 3, TF_FLOAT = 1 };
TF_Status *TF_NewStatus(void);
void TF_DeleteStatus(TF_Status *);
void TF_SetStatus(TF_Status *, int code, const char *message);
int TF_GetCode(const TF_Status *);
void *TF_TensorData(const TF_Tensor *);
int TF_NumDims(const TF_Tensor *);
int64_t TF_Dim(const TF_Tensor *, int index);
void TF_DeleteTensor(TF_Tensor *);
void TF_GetInput(TF_OpKernelContext *, int index, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_OpKernelContext *, int index, int type, const int64_t *dims, int rank, size_t bytes,
                             TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
TF_OpDefinitionBuilder *TF_NewOpDefinitionBuilder(const char *name);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder *,
                                                     void (*)(TF_ShapeInferenceContext *, TF_Status *));
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder *, TF_Status *);
TF_ShapeHandle *TF_NewShapeHandle(void);
void TF_DeleteShapeHandle(TF_ShapeHandle *);
void TF_ShapeInferenceContextGetInput(TF_ShapeInferenceContext *, int index, TF_ShapeHandle *, TF_Status *);
void TF_ShapeInferenceContextSubshape(TF_ShapeInferenceContext *, TF_ShapeHandle *, int64_t start, int64_t end,
                                      TF_ShapeHandle *result, TF_Status *);
void TF_ShapeInferenceContextConcatenateShapes(TF_ShapeInferenceContext *, TF_ShapeHandle *, TF_ShapeHandle *,
                                               TF_ShapeHandle *result, TF_Status *);
void TF_ShapeInferenceContextSetOutput(TF_ShapeInferenceContext *, int index, TF_ShapeHandle *, TF_Status *);
TF_KernelBuilder *TF_NewKernelBuilder(const char *op, const char *device, void *(*create)(void *),
                                      void (*compute)(void *, TF_OpKernelContext *), void (*destroy)(void *));
void TF_RegisterKernelBuilder(const char *name, TF_KernelBuilder *, TF_Status *);
int napi_get_boolean(void *env, bool value, void **result);
int napi_set_named_property(void *env, void *object, const char *name, void *value);

/* The inputs of an op while it runs. */
typedef struct {
  TF_OpKernelContext *context;
  TF_Status *status;
  TF_Tensor *inputs[3];
} Call;

static Call begin(TF_OpKernelContext *context, int inputs) {
  Call call = {.context = context, .status = TF_NewStatus()};
  for (int at = 0; at < inputs && TF_GetCode(call.status) == TF_OK; at++)
    TF_GetInput(context, at, &call.inputs[at], call.status);
  return call;
}

static void finish(Call *call) {
  if (TF_GetCode(call->status) != TF_OK) TF_OpKernelContext_Failure(call->context, call->status);
  for (int at = 0; at < 3; at++)
    if (call->inputs[at]) TF_DeleteTensor(call->inputs[at]);
  TF_DeleteStatus(call->status);
}

static const float *values(Call *call, int input) { return TF_TensorData(call->inputs[input]); }

/* The convolution that images and a filter describe; the images are its inputs or its outputs. False with a status. */
static bool describe(Call *call, int images, int filter, bool are_outputs, Shape *shape) {
  if (TF_GetCode(call->status) != TF_OK) return false;
  const TF_Tensor *x = call->inputs[images], *g = call->inputs[filter];
  const bool fits = TF_NumDims(x) == 4 && TF_NumDims(g) == 4 && TF_Dim(g, 0) == 3 && TF_Dim(g, 1) == 3 &&
                    TF_Dim(g, 2) % LANES == 0 && TF_Dim(g, 3) % LANES == 0 &&
                    TF_Dim(x, 3) == TF_Dim(g, are_outputs ? 3 : 2);
  if (!fits) {
    TF_SetStatus(call->status, TF_INVALID_ARGUMENT,
                 "expected images of rank 4 and a filter [3, 3, inputs, outputs] for their channels, in multiples of 16");
    return false;
  }
  *shape = (Shape){(int)TF_Dim(x, 0), (int)TF_Dim(x, 1), (int)TF_Dim(x, 2), (int)TF_Dim(g, 2), (int)TF_Dim(g, 3)};
  return true;
}

static TF_Tensor *allocate_output(Call *call, const int64_t dims[4]) {
  const size_t bytes = (size_t)(dims[0] * dims[1] * dims[2] * dims[3]) * sizeof(float);
  TF_Tensor *output = TF_AllocateOutput(call->context, 0, TF_FLOAT, dims, 4, bytes, call->status);
  return TF_GetCode(call->status) == TF_OK ? output : NULL;
}

static TF_Tensor *allocate_images(Call *call, const Shape *s, int channels) {
  return allocate_output(call, (const int64_t[]){s->batch, s->height, s->width, channels});
}

static void run_convolve(void *kernel, TF_OpKernelContext *context) {
  (void)kernel;
  Call call = begin(context, 2);
  Shape s;
  TF_Tensor *y = describe(&call, 0, 1, false, &s) ? allocate_images(&call, &s, s.outputs) : NULL;
  if (y) {
    convolve(s, values(&call, 0), values(&call, 1), TF_TensorData(y));
    TF_DeleteTensor(y);
  }
  finish(&call);
}

static void run_convolve_back(void *kernel, TF_OpKernelContext *context) {
  (void)kernel;
  Call call = begin(context, 2);
  Shape s;
  TF_Tensor *dx = describe(&call, 1, 0, true, &s) ? allocate_images(&call, &s, s.inputs) : NULL;
  if (dx) {
    convolve_back(s, values(&call, 1), values(&call, 0), TF_TensorData(dx));
    TF_DeleteTensor(dx);
  }
  finish(&call);
}

static void run_correlate(void *kernel, TF_OpKernelContext *context) {
  (void)kernel;
  Call call = begin(context, 3);
  Shape s, same;
  const bool fits = describe(&call, 0, 1, false, &s) && describe(&call, 2, 1, true, &same);
  TF_Tensor *dg = fits ? allocate_output(&call, (const int64_t[]){3, 3, s.inputs, s.outputs}) : NULL;
  if (dg) {
    correlate(s, values(&call, 0), values(&call, 2), TF_TensorData(dg));
    TF_DeleteTensor(dg);
  }
  finish(&call);
}

/* Output: the first three sizes of one input and a size of the filter; or, without a size, the filter's own shape. */
static void infer(TF_ShapeInferenceContext *context, TF_Status *status, int images, int filter, int size) {
  TF_ShapeHandle *x = TF_NewShapeHandle(), *g = TF_NewShapeHandle(), *y = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, filter, g, status);
  if (size < 0) {
    TF_ShapeInferenceContextSetOutput(context, 0, g, status);
  } else {
    TF_ShapeInferenceContextGetInput(context, images, x, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, x, 0, 3, x, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSubshape(context, g, size, size + 1, g, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextConcatenateShapes(context, x, g, y, status);
    if (TF_GetCode(status) == TF_OK) TF_ShapeInferenceContextSetOutput(context, 0, y, status);
  }
  TF_DeleteShapeHandle(x), TF_DeleteShapeHandle(g), TF_DeleteShapeHandle(y);
}
static void infer_results(TF_ShapeInferenceContext *context, TF_Status *status) { infer(context, status, 0, 1, 3); }
static void infer_data(TF_ShapeInferenceContext *context, TF_Status *status) { infer(context, status, 1, 0, 2); }
static void infer_filter(TF_ShapeInferenceContext *context, TF_Status *status) { infer(context, status, 0, 1, -1); }

typedef struct {
  const char *name, *inputs[3];
  void (*infer)(TF_ShapeInferenceContext *, TF_Status *);
  void (*run)(void *, TF_OpKernelContext *);
} Op;

static const Op OPS[] = {
    {"EvenkeelConv3x3", {"x: float", "filter: float"}, infer_results, run_convolve},
    {"EvenkeelConv3x3BackpropInput", {"filter: float", "dy: float"}, infer_data, run_convolve_back},
    {"EvenkeelConv3x3BackpropFilter", {"x: float", "filter: float", "dy: float"}, infer_filter, run_correlate},
};

static bool register_op(const Op *op) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(op->name);
  for (int at = 0; at < 3 && op->inputs[at]; at++) TF_OpDefinitionBuilderAddInput(definition, op->inputs[at]);
  TF_OpDefinitionBuilderAddOutput(definition, "result: float");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, op->infer);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(op->name, TF_NewKernelBuilder(op->name, "CPU", NULL, op->run, NULL), status);
  const bool registered = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  return registered;
}

static bool usable;

/* Once for a process, however many of its threads load the addon. */
static void register_all(void) {
  usable = __builtin_cpu_supports("avx512f") && register_op(&OPS[0]) && register_op(&OPS[1]) && register_op(&OPS[2]);
}

/* What Node calls: `{ usable }`, false where the processor lacks AVX-512. */
__attribute__((visibility("default"))) void *napi_register_module_v1(void *env, void *exports) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  void *value;
  pthread_once(&once, register_all);
  if (napi_get_boolean(env, usable, &value) == 0) napi_set_named_property(env, exports, "usable", value);
  return exports;
}
