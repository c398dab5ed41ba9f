import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first TypeScript example of a page. */
export function firstExample(page: string): string {
  return /^```ts\n([^]*?)^```/m.exec(page)![1];
}

/** The links of a page that lead to no file; `at` is where it lies. */
export function deadLinks(page: string, at: URL): string[] {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link);
  return links.filter((link) => !existsSync(new URL(link, at)));
}

/** A new folder for modules that find the packages of the repository, since it lies within it; git ignores it. */
export function moduleFolder(name: string): string {
  const scratch = fileURLToPath(new URL('../out-tsc/', import.meta.url));
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, `${name}-`));
}

/** Writes a module; returns its path. */
export function writeModule(folder: string, name: string, code: string): string {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, code);
  return path;
}
