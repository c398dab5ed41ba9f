import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Loads a model in a process with stock TensorFlow.js and nothing of ours, and compares its logits with those of its trainer. */
export async function inStock(
  folder: string,
): Promise<{ difference: number; largest: number; count: number }> {
  const program = fileURLToPath(new URL('../../golden/stock-program.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}
