import type * as imageFolders from '@evenkeel/image-folders';
import { errors } from '../errors.js';

type ImageFolders = typeof imageFolders;

/**
 * The package that reads and decodes images in files, which only those install who want it. Throws EVENKEEL_NOT_INSTALLED.
 *
 * @param subcommand Who needs it, such as `prepare`.
 */
export async function loadImageFolders(
  subcommand: string,
  load: () => Promise<ImageFolders> = () => import('@evenkeel/image-folders'),
): Promise<ImageFolders> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'@evenkeel/image-folders'")) throw cause;
    throw errors.NOT_INSTALLED({ subcommand, missing: '@evenkeel/image-folders' }, { cause });
  }
}
