export { imageErrors } from './errors.js';
export { imageFiles } from './image-files.js';
export { imageFolder } from './image-folder.js';
export { imageList } from './image-list.js';
export { surveyImages } from './survey-images.js';
export { tarShards } from './tar-shards.js';
export { IMAGENET_STATISTICS } from './image-options.js';
export { prepareShards } from './prepare/prepare.js';
export { imagenetLT, iNaturalist2018, placesLT } from './presets/list-presets.js';
export { tinyImageNetLT } from './presets/tiny-imagenet-lt.js';
export { autoAugment } from './transforms/auto-augment.js';
export { colorJitter } from './transforms/color-jitter.js';
export { paddedCrop, randomResizedCrop, resizedCrop } from './transforms/crops.js';
export { flip } from './transforms/flip.js';
export { randAugment } from './transforms/rand-augment.js';

export type { ImageDataset, ImageDefinition } from './image-dataset.js';
export type { ImageFiles, ImageFilesOptions } from './image-files.js';
export type { ImageFolderOptions } from './image-folder.js';
export type { ImageListOptions } from './image-list.js';
export type { ImageOptions } from './image-options.js';
export type { Prepared, PrepareOptions } from './prepare/prepare.js';
export type { ListPresetOptions } from './presets/list-presets.js';
export type { TinyImageNetOptions } from './presets/tiny-imagenet-lt.js';
export type { SurveyedImage } from './survey-images.js';
export type { TarShardsOptions } from './tar-shards.js';
export type { AutoAugmentOptions } from './transforms/auto-augment.js';
export type { PolicyName } from './transforms/auto-augment-policies.js';
export type { ColorJitterOptions } from './transforms/color-jitter.js';
export type {
  CropStep,
  PaddedCropOptions,
  RandomResizedCropOptions,
  ResizedCropOptions,
} from './transforms/crops.js';
export type { FlipOptions } from './transforms/flip.js';
export type { PixelStep } from './transforms/pixel-step.js';
export type { RandAugmentOptions } from './transforms/rand-augment.js';
export type { Transforms } from './transforms/transforms.js';
