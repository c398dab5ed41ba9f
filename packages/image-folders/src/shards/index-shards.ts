import { open } from 'node:fs/promises';
import type { OnProgress } from '@evenkeel/datasets-lt';
import { imageErrors } from '../errors.js';
import { isImageName } from '../listing/suffixes.js';
import { type IndexColumns, keptIndex } from './kept-index.js';
import { PackedImages } from './packed-images.js';
import { type TarMember, walkTar } from './walk-tar.js';

/**
 * The images of shards in WebDataset's layout: members with the same name up to the first dot belong together, an image
 * (`.jpg`, `.png` ...) and its class number (`.cls`); others are passed over. Indexed once, then remembered.
 * Throws `IMAGES_BAD_SHARD`, also for an image without a class or with two.
 */
export async function indexShards(files: readonly string[], onProgress?: OnProgress): Promise<PackedImages> {
  const { offsets, lengths, owners, labels } = await keptIndex('webdataset', files, async () => {
    const columns: { offset: number; length: number; shard: number; label: number }[] = [];
    for (const [shard, file] of files.entries()) {
      onProgress?.({ label: 'Indexing shards', done: shard, total: files.length });
      for await (const sample of samplesOf(file)) columns.push({ ...sample, shard });
    }
    onProgress?.({ label: 'Indexing shards', done: files.length, total: files.length });
    return {
      offsets: Float64Array.from(columns, ({ offset }) => offset),
      lengths: Uint32Array.from(columns, ({ length }) => length),
      owners: Uint32Array.from(columns, ({ shard }) => shard),
      labels: Int32Array.from(columns, ({ label }) => label),
      texts: [],
    } satisfies IndexColumns;
  });
  return new PackedImages({ shards: files, shardOf: owners, offsets, lengths, labels });
}

interface Sample {
  readonly offset: number;
  readonly length: number;
  readonly label: number;
}

async function* samplesOf(file: string): AsyncGenerator<Sample> {
  const handle = await open(file, 'r');
  try {
    let key: string | undefined;
    let members: TarMember[] = [];
    for await (const member of walkTar(file)) {
      const [, own] = /^((?:.*\/)?[^./][^./]*)\./.exec(member.path) ?? [];
      if (own === undefined) continue;
      if (own !== key) {
        if (key !== undefined) yield* sampleOf(file, key, members, handle);
        [key, members] = [own, []];
      }
      members.push(member);
    }
    if (key !== undefined) yield* sampleOf(file, key, members, handle);
  } finally {
    await handle.close();
  }
}

async function* sampleOf(
  file: string,
  key: string,
  members: readonly TarMember[],
  handle: Awaited<ReturnType<typeof open>>,
): AsyncGenerator<Sample> {
  const images = members.filter(({ path }) => isImageName(path.slice(path.lastIndexOf('/') + 1)));
  const classes = members.filter(({ path }) => path.endsWith('.cls'));
  if (images.length === 0) return;
  if (images.length !== 1 || classes.length !== 1) {
    const found = `${images.length} and ${classes.length}`;
    throw imageErrors.BAD_SHARD({ file, expected: `one image and one .cls of sample '${key}'`, found });
  }
  const [{ offset, length }] = images;
  const bytes = Buffer.alloc(classes[0].length);
  await handle.read(bytes, 0, bytes.length, classes[0].offset);
  const text = bytes.toString('utf8').trim();
  if (!/^\d{1,9}$/.test(text)) {
    throw imageErrors.BAD_SHARD({
      file,
      expected: `a class number in '${key}.cls'`,
      found: `'${text.slice(0, 20)}'`,
    });
  }
  yield { offset, length, label: Number(text) };
}
