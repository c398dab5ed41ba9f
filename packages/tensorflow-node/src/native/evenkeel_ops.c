/*
 * TensorFlow ops for processors with AVX-512 or AVX2, as a Node addon that registers them when it is loaded. Images are NHWC,
 * T is float or bfloat16, filters are HWIO, float. `K * T` are one, two or no tensors.
 *
 *   EvenkeelConv3x3(x, filter) -> y, ...BackpropInput(filter, dy) -> dx, ...BackpropFilter(x, filter, dy) -> the filter's gradient:
 *     stride 1, padding 'same', channels in multiples of 16, by Winograd's filtering; in bfloat16 by AMX where it is, the filter rounded
 *   EvenkeelConv2D and the same two: any size, stride and padding; outputs (inputs for dx) in multiples of 16
 *   EvenkeelNormalise(x, gamma, beta, residual: R * T) -> y, mean, variance, inverse: batch normalisation, plus a residual, ReLU
 *   EvenkeelNormaliseGrad(x, gamma, beta, mean, inverse, dy: N * T, y: R * T) -> dx, dgamma, dbeta, d of the residual: R * T
 *   EvenkeelAffine(x, scale, shift, residual: R * T) -> y: scale * x + shift, plus a residual, ReLU
 *   EvenkeelDescend(rate, weights: N * float, gradients: N * float, momenta: N * float) -> both new
 *   EvenkeelMove(averages: N * float, values: N * float) -> kept * average + (scale * value) * share
 *   EvenkeelFinite(x: N * float) -> 0 when all values are finite, else NaN
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"
#include "tensorflow.h"
#include "workers.h"

enum { CHANNELS = 16, MOST_INPUTS = 8, MOST_NUMBERS = 6 };

static const Kernels *kernels;

typedef struct Op Op;

/* An op with its attributes. */
typedef struct {
  const Op *op;
  int32_t numbers[MOST_NUMBERS];
  float reals[3];
  bool relu;
} Instance;

/* The inputs of an op while it runs. */
typedef struct {
  const Instance *instance;
  TF_OpKernelContext *context;
  TF_Status *status;
  int count;
  TF_Tensor *inputs[MOST_INPUTS];
} Call;

struct Op {
  const char *name, *inputs[8], *outputs[5], *attributes[8];
  /* How many attributes are whole numbers, then real ones; whether the last is `relu`. */
  int numbers, reals;
  bool relu;
  void (*run)(Call *);
  void *(*create)(TF_OpKernelConstruction *);
};

static bool fine(const Call *call) { return TF_GetCode(call->status) == TF_OK; }

static bool refuse(Call *call, const char *why) {
  if (fine(call)) TF_SetStatus(call->status, TF_INVALID_ARGUMENT, why);
  return false;
}

static const void *values(const Call *call, int input) {
  return input < call->count ? TF_TensorData(call->inputs[input]) : NULL;
}

static bool is_half(const Call *call, int input) { return TF_TensorType(call->inputs[input]) == TF_BFLOAT16; }

static int64_t size_of(const TF_Tensor *tensor) {
  int64_t size = 1;
  for (int axis = 0; axis < TF_NumDims(tensor); axis++) size *= TF_Dim(tensor, axis);
  return size;
}

static TF_Tensor *output(Call *call, int index, bool half, const int64_t *dims, int rank) {
  size_t bytes = half ? 2 : 4;
  for (int axis = 0; axis < rank; axis++) bytes *= dims[axis];
  TF_Tensor *made = TF_AllocateOutput(call->context, index, half ? TF_BFLOAT16 : TF_FLOAT, dims, rank, bytes, call->status);
  return fine(call) ? made : NULL;
}

static TF_Tensor *output_like(Call *call, int index, int input) {
  int64_t dims[8];
  const TF_Tensor *like = call->inputs[input];
  const int rank = TF_NumDims(like);
  if (rank > 8) return refuse(call, "expected tensors of rank 8 or less"), NULL;
  for (int axis = 0; axis < rank; axis++) dims[axis] = TF_Dim(like, axis);
  return output(call, index, is_half(call, input), dims, rank);
}

/* Runs `convolve` into a new output of four sizes. */
#define INTO(call, half, a, b, c, d, convolve)                                       \
  do {                                                                               \
    TF_Tensor *made = output(call, 0, half, (const int64_t[]){a, b, c, d}, 4);       \
    if (made) {                                                                      \
      void *to = TF_TensorData(made);                                                \
      if (size_of(made) > 0) convolve;                                               \
      TF_DeleteTensor(made);                                                         \
    }                                                                                \
  } while (0)

/* The convolution that images and a filter describe; the images are its inputs or its outputs. */
static bool describe3x3(Call *call, int images, int filter, bool are_outputs, Shape *shape) {
  const TF_Tensor *x = call->inputs[images], *g = call->inputs[filter];
  const bool fits = TF_NumDims(x) == 4 && TF_NumDims(g) == 4 && TF_Dim(g, 0) == 3 && TF_Dim(g, 1) == 3 &&
                    TF_Dim(g, 2) % CHANNELS == 0 && TF_Dim(g, 3) % CHANNELS == 0 &&
                    TF_Dim(x, 3) == TF_Dim(g, are_outputs ? 3 : 2);
  if (!fits)
    return refuse(call,
                  "expected images of rank 4 and a filter [3, 3, inputs, outputs] for their channels, in multiples of 16");
  *shape = (Shape){.batch = (int)TF_Dim(x, 0), .height = (int)TF_Dim(x, 1), .width = (int)TF_Dim(x, 2),
                   .inputs = (int)TF_Dim(g, 2), .outputs = (int)TF_Dim(g, 3), .half = is_half(call, images)};
  return true;
}

static void run_3x3(Call *call) {
  Shape s;
  if (describe3x3(call, 0, 1, false, &s))
    INTO(call, s.half, s.batch, s.height, s.width, s.outputs, kernels->same3x3(s, values(call, 0), values(call, 1), to));
}

static void run_3x3_back(Call *call) {
  Shape s;
  if (describe3x3(call, 1, 0, true, &s))
    INTO(call, s.half, s.batch, s.height, s.width, s.inputs,
         kernels->same3x3_back(s, values(call, 1), values(call, 0), to));
}

static bool same_images(Call *call, const Shape *a, const Shape *b) {
  if (a->batch == b->batch && a->height == b->height && a->width == b->width) return true;
  return refuse(call, "expected the gradient of the results of these images");
}

static void run_3x3_filter(Call *call) {
  Shape s, same;
  if (describe3x3(call, 0, 1, false, &s) && describe3x3(call, 2, 1, true, &same) && same_images(call, &s, &same))
    INTO(call, false, 3, 3, s.inputs, s.outputs, kernels->same3x3_filter(s, values(call, 0), values(call, 2), to));
}

/* Attributes: stride, zeros above and left, and two sizes: those of the results, or, backwards, those of the images. */
static bool describe2d(Call *call, int x, int dy, int filter, Shape *s) {
  const TF_Tensor *g = call->inputs[filter], *images = call->inputs[x >= 0 ? x : dy];
  const int32_t *numbers = call->instance->numbers;
  if (TF_NumDims(g) != 4 || TF_NumDims(images) != 4 || (dy >= 0 && TF_NumDims(call->inputs[dy]) != 4))
    return refuse(call, "expected images of rank 4 and a filter [height, width, inputs, outputs]");
  *s = (Shape){.batch = (int)TF_Dim(images, 0), .tall = (int)TF_Dim(g, 0), .wide = (int)TF_Dim(g, 1),
               .inputs = (int)TF_Dim(g, 2), .outputs = (int)TF_Dim(g, 3), .half = is_half(call, x >= 0 ? x : dy),
               .stride = numbers[0], .above = numbers[1], .left = numbers[2]};
  s->height = x >= 0 ? (int)TF_Dim(images, 1) : numbers[3];
  s->width = x >= 0 ? (int)TF_Dim(images, 2) : numbers[4];
  s->rows = dy >= 0 ? (int)TF_Dim(call->inputs[dy], 1) : numbers[3];
  s->columns = dy >= 0 ? (int)TF_Dim(call->inputs[dy], 2) : numbers[4];
  const bool known = (x < 0 || TF_Dim(call->inputs[x], 3) == s->inputs) &&
                     (dy < 0 || (TF_Dim(call->inputs[dy], 3) == s->outputs && TF_Dim(call->inputs[dy], 0) == s->batch));
  if (!known) return refuse(call, "expected images and gradients with the channels of the filter");
  if ((x >= 0 ? s->outputs : s->inputs) % CHANNELS != 0) return refuse(call, "expected channels in multiples of 16");
  const bool sane = s->stride >= 1 && s->above >= 0 && s->left >= 0 && s->above < s->tall && s->left < s->wide &&
                    s->height >= 0 && s->width >= 0 && s->rows >= 0 && s->columns >= 0 &&
                    (s->rows == 0 || (s->rows - 1) * s->stride - s->above < s->height) &&
                    (s->columns == 0 || (s->columns - 1) * s->stride - s->left < s->width);
  return sane || refuse(call, "expected a stride and sizes that belong together");
}

static void run_2d(Call *call) {
  Shape s;
  if (describe2d(call, 0, -1, 1, &s))
    INTO(call, s.half, s.batch, s.rows, s.columns, s.outputs, kernels->direct(s, values(call, 0), values(call, 1), to));
}

static void run_2d_back(Call *call) {
  Shape s;
  if (describe2d(call, -1, 1, 0, &s))
    INTO(call, s.half, s.batch, s.height, s.width, s.inputs,
         kernels->direct_back(s, values(call, 1), values(call, 0), to));
}

static void run_2d_filter(Call *call) {
  Shape s;
  if (describe2d(call, 0, 2, 1, &s))
    INTO(call, false, s.tall, s.wide, s.inputs, s.outputs,
         kernels->direct_filter(s, values(call, 0), values(call, 2), to));
}

/* Images and vectors of one value for each of their channels. */
static bool describe_pixels(Call *call, int vectors, int same, Normalisation *n) {
  const TF_Tensor *x = call->inputs[0];
  const int rank = TF_NumDims(x);
  const int64_t channels = rank > 0 ? TF_Dim(x, rank - 1) : 0, size = size_of(x);
  if (size == 0) return refuse(call, "expected at least one value");
  for (int at = 1; at <= vectors; at++)
    if (size_of(call->inputs[at]) != channels) return refuse(call, "expected a number for each channel, the last axis");
  for (int at = same; at < call->count; at++)
    if (size_of(call->inputs[at]) != size) return refuse(call, "expected tensors of one size");
  *n = (Normalisation){.pixels = (size_t)(size / channels), .channels = (int)channels, .half = is_half(call, 0),
                       .relu = call->instance->relu, .epsilon = call->instance->reals[0], .x = values(call, 0),
                       .gamma = values(call, 1), .beta = values(call, 2)};
  return true;
}

static void delete_all(TF_Tensor **tensors, int count) {
  for (int at = 0; at < count; at++)
    if (tensors[at]) TF_DeleteTensor(tensors[at]);
}

static bool all_there(TF_Tensor **tensors, int count) {
  for (int at = 0; at < count; at++)
    if (!tensors[at]) return false;
  return true;
}

static void run_normalise(Call *call) {
  Normalisation n;
  if (!describe_pixels(call, 2, 3, &n)) return;
  TF_Tensor *made[4] = {output_like(call, 0, 0)};
  for (int at = 1; at < 4; at++) made[at] = output_like(call, at, 1);
  if (all_there(made, 4)) {
    n.residual = values(call, 3), n.y = TF_TensorData(made[0]);
    n.mean = TF_TensorData(made[1]), n.variance = TF_TensorData(made[2]), n.inverse = TF_TensorData(made[3]);
    kernels->normalise(n);
  }
  delete_all(made, 4);
}

/* Attributes: how many gradients are summed, and how many residuals there were. */
static void run_normalise_grad(Call *call) {
  Normalisation n;
  const int gradients = call->instance->numbers[0], residuals = call->instance->numbers[1];
  if (gradients < 1 || gradients > 2 || residuals > 1 || call->count != 5 + gradients + residuals) {
    refuse(call, "expected one or two gradients, and no residual or one");
    return;
  }
  if (!describe_pixels(call, 4, 5, &n)) return;
  TF_Tensor *made[4] = {output_like(call, 0, 0), output_like(call, 1, 1), output_like(call, 2, 1)};
  if (residuals) made[3] = output_like(call, 3, 0);
  if (all_there(made, 3 + residuals)) {
    n.mean = (float *)values(call, 3), n.inverse = (float *)values(call, 4), n.dy = values(call, 5);
    n.more = gradients == 2 ? values(call, 6) : NULL, n.result = residuals ? values(call, 5 + gradients) : NULL;
    n.dx = TF_TensorData(made[0]), n.dgamma = TF_TensorData(made[1]), n.dbeta = TF_TensorData(made[2]);
    n.rest = residuals ? TF_TensorData(made[3]) : NULL;
    kernels->normalise_back(n);
  }
  delete_all(made, 4);
}

static void run_affine(Call *call) {
  Normalisation n;
  if (!describe_pixels(call, 2, 3, &n)) return;
  TF_Tensor *made = output_like(call, 0, 0);
  if (!made) return;
  n.residual = values(call, 3), n.y = TF_TensorData(made);
  kernels->affine(n);
  TF_DeleteTensor(made);
}

/* A piece of a list of tensors is worth a thread. */
enum { PIECE = 1 << 14 };

typedef struct {
  int count;
  TF_Tensor **tensors;
  void (*work)(void *context, int tensor, int64_t from, size_t count);
  void *context;
  atomic_int taken;
} Pieces;

/* Takes pieces until none is left; every thread does. */
static void take_pieces(void *all, int part) {
  Pieces *job = all;
  (void)part;
  int before = 0, taken = atomic_fetch_add(&job->taken, 1);
  for (int at = 0; at < job->count; at++) {
    const int64_t size = size_of(job->tensors[at]);
    const int pieces = (int)((size + PIECE - 1) / PIECE);
    for (; taken - before < pieces; taken = atomic_fetch_add(&job->taken, 1)) {
      const int64_t from = (int64_t)(taken - before) * PIECE;
      job->work(job->context, at, from, size - from < PIECE ? size - from : PIECE);
    }
    before += pieces;
  }
}

/* In one thread where all of it is no more than a piece: to wake another would cost more. */
static void in_pieces(Pieces job) {
  int64_t size = 0;
  for (int at = 0; at < job.count; at++) size += size_of(job.tensors[at]);
  in_parallel(take_pieces, &job, size > PIECE ? count_parts() : 1);
}

/* In the functions of a piece: its values. */
#define FROM(tensor) ((float *)TF_TensorData(tensor) + from)

typedef struct {
  const Instance *instance;
  int count;
  float rate;
  TF_Tensor **weights, **gradients, **momenta, **made;
} Descent;

static void descend_piece(void *context, int at, int64_t from, size_t count) {
  const Descent *job = context;
  kernels->descend(count, FROM(job->weights[at]), FROM(job->gradients[at]), FROM(job->momenta[at]), job->rate,
                   job->instance->reals[0], job->instance->reals[1], FROM(job->made[at]), FROM(job->made[job->count + at]));
}

/* An output of the shape of `like`; refuses where the others have another size. */
static TF_Tensor *made_like(Call *call, int index, const TF_Tensor *like, const TF_Tensor *second, const TF_Tensor *third) {
  int64_t dims[8];
  const int rank = TF_NumDims(like);
  if (rank > 8 || size_of(second) != size_of(like) || (third && size_of(third) != size_of(like)))
    return refuse(call, "expected lists of tensors of the same sizes, of rank 8 or less"), NULL;
  for (int axis = 0; axis < rank; axis++) dims[axis] = TF_Dim(like, axis);
  return output(call, index, false, dims, rank);
}

static void run_descend(Call *call) {
  const int count = call->instance->numbers[0], all = 3 * count;
  TF_Tensor **tensors = calloc((size_t)all + 2 * count, sizeof *tensors), **made = tensors + all;
  for (int at = 0; at < all && fine(call); at++) TF_GetInput(call->context, 1 + at, &tensors[at], call->status);
  for (int at = 0; at < 2 * count && fine(call); at++)
    made[at] = made_like(call, at, tensors[at % count], tensors[count + at % count], tensors[2 * count + at % count]);
  if (fine(call)) {
    Descent job = {.instance = call->instance, .count = count, .rate = *(const float *)values(call, 0), .weights = tensors,
                   .gradients = tensors + count, .momenta = tensors + 2 * count, .made = made};
    in_pieces((Pieces){.count = count, .tensors = tensors, .work = descend_piece, .context = &job});
  }
  delete_all(tensors, all + 2 * count);
  free(tensors);
}

typedef struct {
  const float *reals;
  TF_Tensor **averages, **values, **made;
} Move;

static void move_piece(void *context, int at, int64_t from, size_t count) {
  const Move *job = context;
  const float *average = FROM(job->averages[at]), *value = FROM(job->values[at]);
  const float kept = job->reals[0], share = job->reals[1], scale = job->reals[2];
  float *to = FROM(job->made[at]);
  for (size_t i = 0; i < count; i++) to[i] = average[i] * kept + (value[i] * scale) * share;
}

static void run_move(Call *call) {
  const int count = call->instance->numbers[0];
  TF_Tensor **tensors = calloc((size_t)3 * count, sizeof *tensors), **made = tensors + 2 * count;
  for (int at = 0; at < 2 * count && fine(call); at++) TF_GetInput(call->context, at, &tensors[at], call->status);
  for (int at = 0; at < count && fine(call); at++) made[at] = made_like(call, at, tensors[at], tensors[count + at], NULL);
  if (fine(call)) {
    Move job = {.reals = call->instance->reals, .averages = tensors, .values = tensors + count, .made = made};
    in_pieces((Pieces){.count = count, .tensors = tensors, .work = move_piece, .context = &job});
  }
  delete_all(tensors, 3 * count);
  free(tensors);
}

typedef struct {
  TF_Tensor **tensors;
  atomic_bool wrong;
} Guard;

static void guard_piece(void *context, int at, int64_t from, size_t count) {
  Guard *job = context;
  const char *data = (const char *)TF_TensorData(job->tensors[at]) + from * (int64_t)sizeof(float);
  uint32_t wrong = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, data + i * sizeof bits, sizeof bits);
    // The exponents of infinities and of NaN have all bits set.
    wrong |= (bits & 0x7f800000u) == 0x7f800000u;
  }
  if (wrong) atomic_store(&job->wrong, true);
}

static void run_finite(Call *call) {
  const int count = call->instance->numbers[0];
  TF_Tensor **tensors = calloc((size_t)count, sizeof *tensors);
  for (int at = 0; at < count && fine(call); at++) TF_GetInput(call->context, at, &tensors[at], call->status);
  TF_Tensor *made = fine(call) ? output(call, 0, false, NULL, 0) : NULL;
  if (made) {
    Guard job = {.tensors = tensors};
    in_pieces((Pieces){.count = count, .tensors = tensors, .work = guard_piece, .context = &job});
    *(float *)TF_TensorData(made) = job.wrong ? NAN : 0;
    TF_DeleteTensor(made);
  }
  delete_all(tensors, count);
  free(tensors);
}

#define CONVOLUTION "stride: int", "above: int", "left: int"
#define TYPE "T: {float, bfloat16} = DT_FLOAT"

static void *create(TF_OpKernelConstruction *, int op);
#define CREATE(number) \
  static void *create_##number(TF_OpKernelConstruction *context) { return create(context, number); }
CREATE(0) CREATE(1) CREATE(2) CREATE(3) CREATE(4) CREATE(5) CREATE(6) CREATE(7) CREATE(8) CREATE(9) CREATE(10) CREATE(11)

static const Op OPS[] = {
    {"EvenkeelConv3x3", {"x: T", "filter: float"}, {"y: T"}, {TYPE}, .run = run_3x3, .create = create_0},
    {"EvenkeelConv3x3BackpropInput", {"filter: float", "dy: T"}, {"dx: T"}, {TYPE}, .run = run_3x3_back, .create = create_1},
    {"EvenkeelConv3x3BackpropFilter", {"x: T", "filter: float", "dy: T"}, {"dfilter: float"}, {TYPE},
     .run = run_3x3_filter, .create = create_2},
    {"EvenkeelConv2D", {"x: T", "filter: float"}, {"y: T"}, {CONVOLUTION, "rows: int", "columns: int", TYPE},
     .numbers = 5, .run = run_2d, .create = create_3},
    {"EvenkeelConv2DBackpropInput", {"filter: float", "dy: T"}, {"dx: T"}, {CONVOLUTION, "height: int", "width: int", TYPE},
     .numbers = 5, .run = run_2d_back, .create = create_4},
    {"EvenkeelConv2DBackpropFilter", {"x: T", "filter: float", "dy: T"}, {"dfilter: float"}, {CONVOLUTION, TYPE},
     .numbers = 3, .run = run_2d_filter, .create = create_5},
    {"EvenkeelNormalise", {"x: T", "gamma: float", "beta: float", "residual: R * T"},
     {"y: T", "mean: float", "variance: float", "inverse: float"}, {"R: int >= 0", "epsilon: float", "relu: bool", TYPE},
     .numbers = 1, .reals = 1, .relu = true, .run = run_normalise, .create = create_6},
    {"EvenkeelNormaliseGrad",
     {"x: T", "gamma: float", "beta: float", "mean: float", "inverse: float", "dy: N * T", "y: R * T"},
     {"dx: T", "dgamma: float", "dbeta: float", "d: R * T"}, {"N: int >= 1", "R: int >= 0", "relu: bool", TYPE},
     .numbers = 2, .relu = true, .run = run_normalise_grad, .create = create_7},
    {"EvenkeelAffine", {"x: T", "scale: float", "shift: float", "residual: R * T"}, {"y: T"},
     {"R: int >= 0", "relu: bool", TYPE}, .numbers = 1, .relu = true, .run = run_affine, .create = create_8},
    {"EvenkeelDescend", {"rate: float", "weights: N * float", "gradients: N * float", "momenta: N * float"},
     {"next: N * float", "velocity: N * float"}, {"N: int >= 1", "momentum: float", "decay: float"},
     .numbers = 1, .reals = 2, .run = run_descend, .create = create_9},
    {"EvenkeelFinite", {"x: N * float"}, {"zero: float"}, {"N: int >= 1"}, .numbers = 1, .run = run_finite,
     .create = create_10},
    {"EvenkeelMove", {"averages: N * float", "values: N * float"}, {"moved: N * float"},
     {"N: int >= 1", "kept: float", "share: float", "scale: float"}, .numbers = 1, .reals = 3, .run = run_move,
     .create = create_11},
};
enum { COUNT = sizeof OPS / sizeof OPS[0] };

/* The name of an attribute: its declaration up to the colon. */
static void name_of(const char *declaration, char name[32]) {
  size_t length = strcspn(declaration, ":");
  if (length > 31) length = 31;
  memcpy(name, declaration, length);
  name[length] = 0;
}

static void *create(TF_OpKernelConstruction *context, int number) {
  const Op *op = &OPS[number];
  Instance *instance = calloc(1, sizeof *instance);
  TF_Status *status = TF_NewStatus();
  char name[32];
  int at = 0;
  instance->op = op;
  for (int i = 0; i < op->numbers && TF_GetCode(status) == TF_OK; i++) {
    name_of(op->attributes[at++], name);
    TF_OpKernelConstruction_GetAttrInt32(context, name, &instance->numbers[i], status);
  }
  for (int i = 0; i < op->reals && TF_GetCode(status) == TF_OK; i++) {
    name_of(op->attributes[at++], name);
    TF_OpKernelConstruction_GetAttrFloat(context, name, &instance->reals[i], status);
  }
  if (op->relu && TF_GetCode(status) == TF_OK) {
    unsigned char relu = 0;
    TF_OpKernelConstruction_GetAttrBool(context, "relu", &relu, status);
    instance->relu = relu != 0;
  }
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(context, status);
  TF_DeleteStatus(status);
  return instance;
}

static void destroy(void *instance) { free(instance); }

static void compute(void *kernel, TF_OpKernelContext *context) {
  const Instance *instance = kernel;
  Call call = {.instance = instance, .context = context, .status = TF_NewStatus(), .count = TF_NumInputs(context)};
  // Longer lists are fetched by the op that has them.
  if (call.count > MOST_INPUTS) call.count = 1;
  for (int at = 0; at < call.count && fine(&call); at++) TF_GetInput(context, at, &call.inputs[at], call.status);
  if (fine(&call)) instance->op->run(&call);
  if (!fine(&call)) TF_OpKernelContext_Failure(context, call.status);
  delete_all(call.inputs, call.count);
  TF_DeleteStatus(call.status);
}

/* Shapes are seen when tensors are there. */
static void infer_nothing(TF_ShapeInferenceContext *context, TF_Status *status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

static bool register_op(const Op *op) {
  TF_Status *status = TF_NewStatus();
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(op->name);
  for (int at = 0; at < 8 && op->attributes[at]; at++) TF_OpDefinitionBuilderAddAttr(definition, op->attributes[at]);
  for (int at = 0; at < 8 && op->inputs[at]; at++) TF_OpDefinitionBuilderAddInput(definition, op->inputs[at]);
  for (int at = 0; at < 5 && op->outputs[at]; at++) TF_OpDefinitionBuilderAddOutput(definition, op->outputs[at]);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, infer_nothing);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) == TF_OK)
    TF_RegisterKernelBuilder(op->name, TF_NewKernelBuilder(op->name, "CPU", op->create, compute, destroy), status);
  const bool registered = TF_GetCode(status) == TF_OK;
  TF_DeleteStatus(status);
  return registered;
}

/* The best that the processor has, or what EVENKEEL_CPU_LEVEL names below that: none, avx2, avx512, avx512_bf16 (without AMX). */
static const Kernels *choose_kernels(void) {
  const char *wanted = getenv("EVENKEEL_CPU_LEVEL");
  const bool none = wanted && strcmp(wanted, "none") == 0, narrow = wanted && strcmp(wanted, "avx2") == 0;
  if (none || !__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return NULL;
  if (narrow || !__builtin_cpu_supports("avx512f")) return &kernels_avx2;
  if ((wanted && strcmp(wanted, "avx512") == 0) || !has_avx512_bf16()) return &kernels_avx512;
  const Kernels *most = wanted && strcmp(wanted, "avx512_bf16") == 0 ? NULL : kernels_amx(&kernels_avx512_bf16);
  return most ? most : &kernels_avx512_bf16;
}

/* Once for a process, however many of its threads load the addon. */
static void register_all(void) {
  kernels = choose_kernels();
  for (int at = 0; at < COUNT && kernels; at++)
    if (!register_op(&OPS[at])) kernels = NULL;
}

/* What Node calls: `{ usable }`, false where the processor has neither AVX-512 nor AVX2. */
__attribute__((visibility("default"))) void *napi_register_module_v1(void *env, void *exports) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  void *value;
  pthread_once(&once, register_all);
  if (napi_get_boolean(env, kernels != NULL, &value) == 0) napi_set_named_property(env, exports, "usable", value);
  return exports;
}
