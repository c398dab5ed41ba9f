import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const CELL = /^(.+)\.seed-(\d+)(\.json)?$/;

/**
 * The cells of a grid's folder that have no result: those that were begun, and those of its methods and seeds that nobody has
 * begun; such as `la seed 2 (begun)`, in order.
 */
export async function missingCells(folder: string): Promise<readonly string[]> {
  const [done, begun] = await Promise.all([cellsIn(folder), cellsIn(join(folder, 'runs'))]);
  const all = [...done.values(), ...begun.values()];
  const [methods, seeds] = [new Set(all.map(([method]) => method)), new Set(all.map(([, seed]) => seed))];
  return [...seeds]
    .sort((a, b) => a - b)
    .flatMap((seed) =>
      [...methods].sort().flatMap((method) => {
        const name = `${method} seed ${seed}`;
        if (done.has(name)) return [];
        return [begun.has(name) ? `${name} (begun)` : name];
      }),
    );
}

/** The cells that a folder has a file or folder of, by name. */
async function cellsIn(
  folder: string,
): Promise<ReadonlyMap<string, readonly [method: string, seed: number]>> {
  const names = await readdir(folder).catch(() => []);
  return new Map(
    names.flatMap((name) => {
      const [, method, seed] = CELL.exec(name) ?? [];
      return method === undefined ? [] : [[`${method} seed ${seed}`, [method, Number(seed)]] as const];
    }),
  );
}
