export { imageErrors } from './errors.js';
export { imageFolder } from './image-folder.js';
export { imageList } from './image-list.js';
export { IMAGENET_STATISTICS } from './image-options.js';
export { autoAugment } from './transforms/auto-augment.js';
export { colorJitter } from './transforms/color-jitter.js';
export { paddedCrop, randomResizedCrop, resizedCrop } from './transforms/crops.js';
export { flip } from './transforms/flip.js';
export { randAugment } from './transforms/rand-augment.js';
