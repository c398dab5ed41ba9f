export { cifarResNet, resnet32 } from './cifar-resnet.js';
export { modelErrors } from './errors.js';
export { batchNorm } from './layers/batch-norm.js';
export { bottleneckBlock } from './layers/bottleneck-block.js';
export { convolution } from './layers/convolution.js';
export { globalAveragePool } from './layers/global-average-pool.js';
export { residualBlock, shortcut } from './layers/residual-block.js';
export { resnet10 } from './imagenet-resnet.js';
export { imagenetLTRecipe, iNaturalistRecipe, placesLTRecipe } from './imagenet-recipes.js';
export { ldamRecipe, quickRecipe } from './recipes.js';
export { residualNetwork } from './residual-network.js';
export { smallResNet } from './small-resnet.js';
export { summary } from './summary.js';
export {
  resnet101,
  resnet152,
  resnet18,
  resnet50,
  resnext50,
  torchvisionResNet,
} from './torchvision-resnet.js';
export { freezeBackbone } from './weights/freeze-backbone.js';
export { importWeights } from './weights/import-weights.js';

export type { CifarResNetOptions } from './cifar-resnet.js';
export type { BatchNormOptions } from './layers/batch-norm.js';
export type { BottleneckBlockOptions } from './layers/bottleneck-block.js';
export type { ConvolutionOptions } from './layers/convolution.js';
export type { LongRecipeOptions } from './imagenet-recipes.js';
export type { QuickRecipeOptions, Recipe } from './recipes.js';
export type { ResidualBlockOptions } from './layers/residual-block.js';
export type { ResidualNetworkOptions, ResidualNetworkPlan } from './residual-network.js';
export type { SmallResNetOptions } from './small-resnet.js';
export type { BackboneSummary, LayerSummary } from './summary.js';
export type { TorchvisionResNetOptions, TorchvisionResNetPlan } from './torchvision-resnet.js';
export type { FreezeBackboneOptions } from './weights/freeze-backbone.js';
export type { ImportWeightsOptions } from './weights/import-weights.js';
