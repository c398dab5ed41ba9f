/** Files that are taken for images by their name; what they are is told from their content. */
export const IMAGE_SUFFIXES = [
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.tif',
  '.tiff',
  '.gif',
  '.avif',
  '.bmp',
  '.ppm',
  '.pgm',
] as const;

const SUFFIX = /\.(?:jpe?g|png|webp|tiff?|gif|avif|bmp|p[pg]m)$/i;

/** Whether a file is taken for an image: one of the suffixes, in any case, and not hidden (`.name`, as of macOS's copies). */
export function isImageName(name: string): boolean {
  return !name.startsWith('.') && SUFFIX.test(name);
}
