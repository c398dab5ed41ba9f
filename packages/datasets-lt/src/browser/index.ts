export { CIFAR100_CLASSES, CIFAR10_CLASSES } from '../cifar/class-names.js';
export { errors } from '../errors.js';
export { FASHION_MNIST_CLASSES } from '../fashion-mnist/class-names.js';
export { channelStatistics } from '../images/channel-statistics.js';
export { fromArrays } from '../images/from-arrays.js';
export { ImageSource } from '../images/image-source.js';
export { chooseSubset } from '../long-tail/choose-subset.js';
export { exponentialCounts, limitCounts, stepCounts } from '../long-tail/profiles.js';
export { shotGroups, shotGroupsByRank } from '../long-tail/shot-groups.js';

export type { Augmentation, AugmentOption } from '../images/augmentation.js';
export type { ChannelStatistics } from '../images/channel-statistics.js';
export type { FromArraysOptions, LabelledArrays } from '../images/from-arrays.js';
export type { ImageSourceOptions } from '../images/image-source.js';
export type { PixelImage, PixelRandom, PixelTransform } from '../images/pixel-transform.js';
export type { SubsetOptions } from '../long-tail/choose-subset.js';
export type { ProfileOptions } from '../long-tail/profiles.js';
export type { ShotThresholds } from '../long-tail/shot-groups.js';
