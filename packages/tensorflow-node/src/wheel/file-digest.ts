import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** The hexadecimal SHA-256 digest of a file, read as a stream; `onBytes` hears how many bytes were read so far. */
export async function fileSha256(
  file: string,
  options: { readonly signal?: AbortSignal; readonly onBytes?: (done: number) => void } = {},
): Promise<string> {
  const hash = createHash('sha256');
  let done = 0;
  const stream = createReadStream(file, { highWaterMark: 1 << 20, signal: options.signal });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    done += chunk.length;
    options.onBytes?.(done);
  }
  return hash.digest('hex');
}
