import { expect, it } from 'vitest';
import { loadImageFolders } from './load-image-folders.js';

const missing = (name: string) => () =>
  Promise.reject(
    Object.assign(new Error(`Cannot find package '${name}' imported from prepare.js`), {
      code: 'ERR_MODULE_NOT_FOUND',
    }),
  );

it('says what to install where the package is missing, and hides no other fault', async () => {
  await expect(loadImageFolders('prepare', missing('@evenkeel/image-folders'))).rejects.toThrow(
    /EVENKEEL_NOT_INSTALLED.*evenkeel prepare needs.*npm install @evenkeel\/image-folders\.$/,
  );
  await expect(loadImageFolders('prepare', missing('sharp'))).rejects.toThrow(/^Cannot find package 'sharp'/);
});
