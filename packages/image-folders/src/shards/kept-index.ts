import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { datasetCacheFolder } from '@evenkeel/datasets-lt';
import { parseJson } from '../parse-json.js';
import { keepQuietly } from '../write-aside.js';

/** Columns of numbers, and a list of texts, as an index keeps them. */
export interface IndexColumns {
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** Which of the files, or of `texts`, as the index's maker likes. */
  readonly owners: Uint32Array;
  readonly labels: Int32Array;
  readonly texts: readonly string[];
}

/**
 * The index of some files, made once and kept in the cache folder for as long as none of the files changes its size or its time.
 * `purpose` tells indices of the same files apart. An index that cannot be written is made again at the next start.
 */
export async function keptIndex(
  purpose: string,
  files: readonly string[],
  make: () => Promise<IndexColumns>,
): Promise<IndexColumns> {
  const hash = createHash('sha256').update(`1 ${purpose}\n`);
  for (const file of files) {
    const { size, mtimeMs } = await stat(file).catch(() => ({ size: -1, mtimeMs: -1 }));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  const path = join(datasetCacheFolder(), 'image-indices', `${hash.digest('hex')}.json`);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  const known = text === undefined ? undefined : parseJson<PackedIndex>(text);
  if (known) return unpacked(known);
  const columns = await make();
  await keepQuietly(path, () => packed(columns));
  return columns;
}

type PackedIndex = Readonly<Record<'offsets' | 'lengths' | 'owners' | 'labels', string>> & {
  readonly texts: readonly string[];
};

function packed({ texts, ...columns }: IndexColumns): PackedIndex {
  const text = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  const { offsets, lengths, owners, labels } = columns;
  return {
    offsets: text(offsets),
    lengths: text(lengths),
    owners: text(owners),
    labels: text(labels),
    texts,
  };
}

function unpacked({ texts, offsets, lengths, owners, labels }: PackedIndex): IndexColumns {
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64')).buffer;
  return {
    offsets: new Float64Array(bytes(offsets)),
    lengths: new Uint32Array(bytes(lengths)),
    owners: new Uint32Array(bytes(owners)),
    labels: new Int32Array(bytes(labels)),
    texts,
  };
}
