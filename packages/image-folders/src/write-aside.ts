import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a text file that appears whole or not at all, as the system's own errors have it; its folder is made when needed. */
export async function writeAside(file: string, text: string): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(part, text);
  await rename(part, file);
}

/** The same, as JSON, of what is only kept to be quick: what cannot be kept is made again. */
export async function keepQuietly(file: string, make: () => unknown): Promise<void> {
  try {
    await writeAside(file, JSON.stringify(make()));
  } catch {
    // The disk is full, say, or the text would be too long.
  }
}
