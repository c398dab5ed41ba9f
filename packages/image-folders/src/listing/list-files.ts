import { join } from 'node:path';
import { entriesOf } from './walk-folder.js';

/** Every file below a folder, in `/` notation, sorted by code units. Throws `IMAGES_NOT_FOUND`. */
export async function listFiles(root: string): Promise<string[]> {
  const paths: string[] = [];
  const visit = async (below: string): Promise<void> => {
    for (const entry of await entriesOf(join(root, below), 'a folder')) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else paths.push(path);
    }
  };
  await visit('');
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
