/* Of TensorFlow's and Node's C interfaces what is used here: their headers need not be at hand. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct TF_Status TF_Status;
typedef struct TF_Tensor TF_Tensor;
typedef struct TF_OpKernelContext TF_OpKernelContext;
typedef struct TF_OpKernelConstruction TF_OpKernelConstruction;
typedef struct TF_OpDefinitionBuilder TF_OpDefinitionBuilder;
typedef struct TF_ShapeInferenceContext TF_ShapeInferenceContext;
typedef struct TF_KernelBuilder TF_KernelBuilder;
enum { TF_OK = 0, TF_INVALID_ARGUMENT = 3, TF_FLOAT = 1, TF_BFLOAT16 = 14 };
TF_Status *TF_NewStatus(void);
void TF_DeleteStatus(TF_Status *);
void TF_SetStatus(TF_Status *, int code, const char *message);
int TF_GetCode(const TF_Status *);
void *TF_TensorData(const TF_Tensor *);
int TF_TensorType(const TF_Tensor *);
int TF_NumDims(const TF_Tensor *);
int64_t TF_Dim(const TF_Tensor *, int index);
void TF_DeleteTensor(TF_Tensor *);
int TF_NumInputs(TF_OpKernelContext *);
void TF_GetInput(TF_OpKernelContext *, int index, TF_Tensor **, TF_Status *);
TF_Tensor *TF_AllocateOutput(TF_OpKernelContext *, int index, int type, const int64_t *dims, int rank, size_t bytes,
                             TF_Status *);
void TF_OpKernelContext_Failure(TF_OpKernelContext *, TF_Status *);
void TF_OpKernelConstruction_Failure(TF_OpKernelConstruction *, TF_Status *);
void TF_OpKernelConstruction_GetAttrInt32(TF_OpKernelConstruction *, const char *name, int32_t *, TF_Status *);
void TF_OpKernelConstruction_GetAttrFloat(TF_OpKernelConstruction *, const char *name, float *, TF_Status *);
void TF_OpKernelConstruction_GetAttrBool(TF_OpKernelConstruction *, const char *name, unsigned char *, TF_Status *);
TF_OpDefinitionBuilder *TF_NewOpDefinitionBuilder(const char *name);
void TF_OpDefinitionBuilderAddAttr(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderAddInput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderAddOutput(TF_OpDefinitionBuilder *, const char *spec);
void TF_OpDefinitionBuilderSetShapeInferenceFunction(TF_OpDefinitionBuilder *,
                                                     void (*)(TF_ShapeInferenceContext *, TF_Status *));
void TF_RegisterOpDefinition(TF_OpDefinitionBuilder *, TF_Status *);
void TF_ShapeInferenceContextSetUnknownShape(TF_ShapeInferenceContext *, TF_Status *);
TF_KernelBuilder *TF_NewKernelBuilder(const char *op, const char *device, void *(*create)(TF_OpKernelConstruction *),
                                      void (*compute)(void *, TF_OpKernelContext *), void (*destroy)(void *));
void TF_RegisterKernelBuilder(const char *name, TF_KernelBuilder *, TF_Status *);
int napi_get_boolean(void *env, bool value, void **result);
int napi_set_named_property(void *env, void *object, const char *name, void *value);
