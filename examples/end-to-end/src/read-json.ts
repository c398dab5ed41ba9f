import { readFile } from 'node:fs/promises';
import { mainErrors } from './errors.js';

/** What a file of an earlier run holds; undefined when there is none. Throws MAIN_FILE_DAMAGED. */
export async function readJson<Content>(file: string): Promise<Content | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Content;
  } catch (cause) {
    throw mainErrors.FILE_DAMAGED({ file, reason: (cause as Error).message }, { cause });
  }
}
