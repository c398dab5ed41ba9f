import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where files are memory, on Linux. */
const FOLDER = '/dev/shm';
/** What the op keeps for itself in front, and so the most processes. */
const PAGE = 4096;
const MOST_PROCESSES = 64;
/** What a process gives at once: 1 MB, so that it is summed while it is in the cache. */
const CHUNK_BYTES = 1 << 20;

/**
 * A file in memory over which `size` processes of this machine reduce, as `shareCollectives` of tensorflow-node wants it; nobody
 * but this user may open it. Undefined where there can be none: another system, no room, or more than 64 processes.
 */
export async function makeSharedMemory(size: number): Promise<string | undefined> {
  if (size > MOST_PROCESSES) return undefined;
  const file = join(FOLDER, `evenkeel-${randomUUID()}`);
  try {
    // Written out, so that what is missing is missed now.
    await writeFile(file, Buffer.alloc(PAGE + 2 * size * CHUNK_BYTES), { flag: 'wx', mode: 0o600 });
    return file;
  } catch {
    await rm(file, { force: true }).catch(() => undefined);
    return undefined;
  }
}
