import { EvenkeelError } from '@evenkeel/errors';
import type { JobProblem } from './decode/batch-job.js';

/** What cannot be the image's own fault must not make it disappear. */
const FAULTS_OF_IMAGES = new Set(['IMAGES_BAD_IMAGE', 'IMAGES_TOO_LARGE']);

/**
 * What is wrong with an image, as `name: what it is`, without the advice. Throws what is not its own fault, such
 * as `IMAGES_UNREADABLE` for a lost disk.
 */
export function faultOfImage({ code, text, details }: Omit<JobProblem, 'index'>): string {
  if (!FAULTS_OF_IMAGES.has(code)) throw new EvenkeelError(code, text, { details });
  const { image, reason, width, height } = details as Record<string, unknown>;
  if (code === 'IMAGES_TOO_LARGE') return `${String(image)}: ${String(width)} × ${String(height)} pixels`;
  return typeof reason === 'string' ? `${String(image)}: ${reason}` : text;
}
