/** How an operation of the list runs in bfloat16. Places count from 0. */
export interface InBfloat16 {
  /** Inputs that it takes in bfloat16. */
  readonly takes: readonly number[];
  /**
   * Inputs that must be in bfloat16 already for the operation to follow; none: it always is, and its inputs are made so.
   * These are the operations that lie between convolutions.
   */
  readonly follows: readonly number[];
  /** Outputs that stay in bfloat16. */
  readonly gives: readonly number[];
  /** Outputs that TensorFlow has in bfloat16 only, and that are cast back at once. */
  readonly castsBack?: readonly number[];
  /** Whether it is a convolution of TensorFlow, which some processors are better at in float32, between casts. */
  readonly products?: boolean;
}

const CONVOLUTION: InBfloat16 = { takes: [0, 1], follows: [], gives: [0], products: true };
const ALONG: InBfloat16 = { takes: [0], follows: [0], gives: [0] };
const SUM: InBfloat16 = { takes: [0, 1], follows: [0, 1], gives: [0] };

/**
 * All that runs in bfloat16, by the name of TensorFlow's operation; what is not here stays float32. Sums are float32
 * within every one of them. Gradients of filters leave as float32: optimizers never see another type. Scales, shifts and
 * statistics of batch normalisations are float32 throughout.
 */
export const BFLOAT16_LIST: ReadonlyMap<string, InBfloat16> = new Map<string, InBfloat16>([
  ['EvenkeelConv3x3', { takes: [0], follows: [], gives: [0] }],
  ['EvenkeelConv3x3BackpropInput', { takes: [1], follows: [], gives: [0] }],
  ['EvenkeelConv3x3BackpropFilter', { takes: [0, 2], follows: [], gives: [] }],
  ['EvenkeelConv2D', { takes: [0], follows: [], gives: [0] }],
  ['EvenkeelConv2DBackpropInput', { takes: [1], follows: [], gives: [0] }],
  ['EvenkeelConv2DBackpropFilter', { takes: [0, 2], follows: [], gives: [] }],
  ['EvenkeelNormalise', { takes: [0, 3], follows: [0], gives: [0] }],
  ['EvenkeelNormaliseGrad', { takes: [0, 5, 6, 7], follows: [0], gives: [0, 3] }],
  ['EvenkeelAffine', { takes: [0, 3], follows: [0], gives: [0] }],
  ['Conv2D', CONVOLUTION],
  ['Conv2DBackpropInput', { takes: [1, 2], follows: [], gives: [0], products: true }],
  ['Conv2DBackpropFilter', { takes: [0, 2], follows: [], gives: [], castsBack: [0], products: true }],
  ['DepthwiseConv2dNative', CONVOLUTION],
  ['DepthwiseConv2dNativeBackpropInput', { takes: [1, 2], follows: [], gives: [0], products: true }],
  [
    'DepthwiseConv2dNativeBackpropFilter',
    { takes: [0, 2], follows: [], gives: [], castsBack: [0], products: true },
  ],
  ['FusedBatchNormV3', ALONG],
  ['FusedBatchNormGradV3', { takes: [0, 1], follows: [1], gives: [0] }],
  ['Relu', ALONG],
  ['ReluGrad', { takes: [0, 1], follows: [1], gives: [0] }],
  ['Add', SUM],
  ['AddV2', SUM],
  ['AvgPool', ALONG],
  ['AvgPoolGrad', { takes: [1], follows: [1], gives: [0] }],
  ['MaxPool', ALONG],
  ['MaxPoolGrad', { takes: [0, 1, 2], follows: [0], gives: [0] }],
  ['PadV2', { takes: [0, 2], follows: [0], gives: [0] }],
  ['Slice', ALONG],
  ['Reshape', ALONG],
  ['Identity', ALONG],
]);
