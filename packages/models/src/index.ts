export { cifarResNet, resnet32 } from './cifar-resnet.js';
export { modelErrors } from './errors.js';
export { batchNorm } from './layers/batch-norm.js';
export { convolution } from './layers/convolution.js';
export { globalAveragePool } from './layers/global-average-pool.js';
export { residualBlock, shortcut } from './layers/residual-block.js';
export { ldamRecipe, quickRecipe } from './recipes.js';
export { residualNetwork } from './residual-network.js';
export { smallResNet } from './small-resnet.js';
export { summary } from './summary.js';

export type { CifarResNetOptions } from './cifar-resnet.js';
export type { BatchNormOptions } from './layers/batch-norm.js';
export type { ConvolutionOptions } from './layers/convolution.js';
export type { QuickRecipeOptions, Recipe } from './recipes.js';
export type { ResidualBlockOptions } from './layers/residual-block.js';
export type { ResidualNetworkOptions, ResidualNetworkPlan } from './residual-network.js';
export type { SmallResNetOptions } from './small-resnet.js';
export type { BackboneSummary, LayerSummary } from './summary.js';
