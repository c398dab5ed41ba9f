import type { JobProblem } from './decode/batch-job.js';
import { imageErrors } from './errors.js';

/** What cannot be the image's own fault must not make it disappear. */
const FAULTS_OF_IMAGES = new Set(['IMAGES_BAD_IMAGE', 'IMAGES_TOO_LARGE']);

/**
 * What is wrong with an image, as `name: what it is`, without the advice. Throws `IMAGES_UNREADABLE` for what is not its own
 * fault, such as a lost disk.
 */
export function faultOfImage({ code, text, details }: Omit<JobProblem, 'index'>): string {
  const { image, file, reason, width, height } = details as Record<string, unknown>;
  if (!FAULTS_OF_IMAGES.has(code)) throw imageErrors.UNREADABLE({ image: String(image ?? file), reason: text });
  if (code === 'IMAGES_TOO_LARGE') return `${String(image)}: ${String(width)} × ${String(height)} pixels`;
  return typeof reason === 'string' ? `${String(image)}: ${reason}` : text;
}
