import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';
import { fashionImages } from './fashion-images.js';
import type { ImagesOptions } from './fashion-images.js';

/** What lets a page share memory between threads: it is isolated from pages of other origins. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Settings of vite for the page: sources of the packages, isolation, and the images as `images.bin`. */
export function pageConfig(images: ImagesOptions = {}): UserConfig {
  return {
    root: fileURLToPath(new URL('..', import.meta.url)),
    base: './',
    plugins: [imagesFile(images)],
    resolve: { conditions: ['@evenkeel/source', 'browser', 'module', 'import', 'default'] },
    worker: { format: 'es' },
    optimizeDeps: { entries: ['index.html', 'src/training.worker.ts'] },
    build: { target: 'es2022', assetsInlineLimit: 0, outDir: 'dist/page' },
    server: { headers: ISOLATION }, // of the preview, too
  };
}

/** Makes `images.bin`: served while developing, a file of the build otherwise. */
function imagesFile(options: ImagesOptions): Plugin {
  const fileName = 'images.bin';
  let file: Promise<Uint8Array> | undefined;
  const read = () => (file ??= fashionImages(options));
  return {
    name: 'images-file',
    configureServer(server) {
      server.middlewares.use(`/${fileName}`, (_request, response, next) => {
        read().then((bytes) => response.end(bytes), next);
      });
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: await read() });
    },
  };
}
