import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LooseImages } from './loose-images.js';

/**
 * Which images of a table are there, `[images]`, 1 or 0: every folder is listed once instead of asking for every file, which
 * takes a second where that would take a minute. A link counts as there; where it leads is seen when it is read.
 */
export async function findPresent(images: LooseImages): Promise<Uint8Array> {
  const { root, folders, folderOf, names, starts } = images.columns;
  const present = new Uint8Array(images.size);
  const members: number[][] = folders.map(() => []);
  folderOf.forEach((folder, index) => members[folder].push(index));
  const work = folders.map((folder, at) => ({ folder, at }));
  const lane = async (): Promise<void> => {
    for (let next = work.pop(); next; next = work.pop()) {
      const there = new Set(await readdir(join(root, next.folder)).catch(() => []));
      for (const index of members[next.at]) {
        const name = Buffer.from(names.subarray(starts[index], starts[index + 1])).toString('utf8');
        if (there.has(name)) present[index] = 1;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return present;
}

/** For every class that lacks images, `name (found of expected)`. */
export function missingByClass(
  labels: Int32Array,
  present: Uint8Array,
  classNames: readonly string[],
): string[] {
  const expected = new Uint32Array(classNames.length);
  const found = new Uint32Array(classNames.length);
  labels.forEach((label, index) => {
    expected[label]++;
    found[label] += present[index];
  });
  return classNames.flatMap((name, label) =>
    found[label] < expected[label] ? [`${name} (${found[label]} of ${expected[label]})`] : [],
  );
}
