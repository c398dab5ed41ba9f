import type { Response } from 'undici';

/**
 * The text of an answer, of `most` bytes at most.
 * Throws Error where there is more.
 */
export async function readBounded(response: Response, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    const chunk = part as Uint8Array;
    bytes += chunk.length;
    if (bytes > most) throw new Error(`it sent more than ${most} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}
