import { readdir } from 'node:fs/promises';
import type { Subcommand } from './subcommand.js';

const FOLDER = new URL('./commands/', import.meta.url);

/** All subcommands by the alphabet: what the files in `commands` export as `subcommand`. */
export async function findSubcommands(): Promise<readonly Subcommand[]> {
  const files = (await readdir(FOLDER)).filter((name) => /^[a-z-]+\.[jt]s$/.test(name)).sort();
  return Promise.all(
    files.map(async (name) => {
      const module = (await import(new URL(name, FOLDER).href)) as { readonly subcommand: Subcommand };
      return module.subcommand;
    }),
  );
}
