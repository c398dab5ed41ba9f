import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SUFFIX = '.template';

/**
 * The templates in a folder and below it, `__word__` replaced by what `words` says in paths and texts: path within the folder,
 * without `.template`, and text.
 */
export function templateFiles(
  folder: URL,
  words: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const fill = (text: string): string =>
    text.replaceAll(/__([a-z]+)__/gi, (all, key: string) => (Object.hasOwn(words, key) ? words[key] : all));
  const files = new Map<string, string>();
  for (const path of readdirSync(fileURLToPath(folder), { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith(SUFFIX)) continue;
    files.set(fill(path.slice(0, -SUFFIX.length)), fill(readFileSync(new URL(path, folder), 'utf8')));
  }
  return files;
}
