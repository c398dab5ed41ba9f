import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IMAGE_BYTES, type LabelledImages } from './labelled-images.js';

const DIGEST_BYTES = 32;

/** Writes `labels, pixels, SHA-256 of both`, aside first, so that the file is whole wherever it is seen. */
export async function writeImageCache(file: string, images: LabelledImages): Promise<void> {
  const labels = Uint8Array.from(images.labels);
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.${randomUUID()}`;
  try {
    const handle = await open(aside, 'wx');
    try {
      for (const bytes of [labels, images.pixels, digestOf([labels, images.pixels])]) {
        await handle.writeFile(bytes);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** More than there are. */
const MOST_IMAGES = 100_000;

/** The images of a cache file; `undefined` when there is none, it cannot be read or its checksum does not fit. */
export async function readImageCache(file: string): Promise<LabelledImages | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || found.size > DIGEST_BYTES + MOST_IMAGES * (1 + IMAGE_BYTES)) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const size = (bytes.length - DIGEST_BYTES) / (1 + IMAGE_BYTES);
  if (!Number.isInteger(size) || size < 1) return undefined;
  const content = bytes.subarray(0, -DIGEST_BYTES);
  if (!digestOf([content]).equals(bytes.subarray(-DIGEST_BYTES))) return undefined;
  return { labels: Int32Array.from(content.subarray(0, size)), pixels: content.subarray(size) };
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
