/** Positions of operands whose whole numbers are values: they change what comes out, and not how much. */
type Values = 'all' | 'first' | 'all but last' | 'none';

const list = (values: Values, names: string): readonly (readonly [string, Values])[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, values]);

/**
 * Ops that can wait: the shapes of their results follow from the shapes of their operands, and from whole numbers in places that are not
 * named here; no values make them fail, but those of decompositions. Every other op is computed where the step calls it.
 */
const WAITING_OPS: ReadonlyMap<string, Values> = new Map([
  ...list(
    'all',
    `Abs Add AddN AddV2 Cast Equal EvenkeelAllReduce Greater GreaterEqual Identity Less LessEqual LogicalAnd LogicalNot LogicalOr
    Maximum Minimum Mul Neg NotEqual OnesLike Pack Select SelectV2 Sign Square SquaredDifference Sub ZerosLike`,
  ),
  ...list(
    'first',
    `All Any ArgMax ArgMin BroadcastTo Cumprod Cumsum ExpandDims Max Mean Min MirrorPad OneHot PadV2 Prod Reshape ReverseV2 Slice
    SplitV StridedSlice Sum Tile TopKV2 Transpose Unpack`,
  ),
  ...list('all but last', 'ConcatV2 GatherV2'),
  ...list(
    'none',
    `Acos Acosh Asin Asinh Atan Atan2 Atanh AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad BatchMatMulV2 BatchToSpaceND Ceil Conv2D
    Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 Cos Cosh DepthToSpace
    DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Dilation2D Dilation2DBackpropFilter
    Dilation2DBackpropInput DivNoNan Einsum Elu EluGrad Erf Exp Expm1 Fill Floor FusedBatchNorm FusedBatchNormGradV3 FusedBatchNormV3
    IsFinite IsInf IsNan LRN LRNGrad LeakyRelu Log Log1p MatMul MaxPool MaxPool3D MaxPool3DGrad MaxPoolGrad Pow RealDiv Reciprocal Relu
    Relu6 ReluGrad SoftmaxCrossEntropyWithLogits ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad Round Rsqrt Selu Sigmoid Sin Sinh
    Softmax Softplus SpaceToBatchND Sqrt Tan Tanh
    EvenkeelAffine EvenkeelConv2D EvenkeelConv2DBackpropFilter EvenkeelConv2DBackpropInput EvenkeelConv3x3 EvenkeelConv3x3BackpropFilter
    EvenkeelConv3x3BackpropInput EvenkeelDescend EvenkeelFinite EvenkeelNormalise EvenkeelNormaliseGrad
    Cholesky MatrixTriangularSolve SelfAdjointEigV2`,
  ),
]);

/** Whether an op can wait for its values. */
export function canWait(op: string): boolean {
  return WAITING_OPS.has(op);
}

/** Whether whole numbers at a place, of so many operands, are values and nothing else. */
export function areValues(op: string, at: number, count: number): boolean {
  const values = WAITING_OPS.get(op);
  if (values === 'first') return at === 0;
  return values === 'all' || (values === 'all but last' && at < count - 1);
}
