export { fashionImages } from './fashion-images.js';
export { pageConfig } from './page-config.js';
export type { ImagesOptions } from './fashion-images.js';
