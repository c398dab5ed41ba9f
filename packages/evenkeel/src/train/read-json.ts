import { readText } from '@evenkeel/trainer-core/node';
import { errors } from '../errors.js';

/**
 * What a file of an earlier run holds; undefined when there is none, or an empty one, which is what an earlier version left
 * when it was killed. Throws EVENKEEL_FILE_DAMAGED for what is no JSON or not of the kind that `holds` knows, and
 * TRAINER_NODE_NOT_READ.
 */
export async function readJson<Content>(
  file: string,
  holds: (value: unknown) => value is Content,
  expected: string,
): Promise<Content | undefined> {
  const text = await readText(file);
  if (text === undefined || text.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw errors.FILE_DAMAGED({ file, reason: (cause as Error).message }, { cause });
  }
  if (!holds(value)) throw errors.FILE_DAMAGED({ file, reason: `it holds no ${expected}` });
  return value;
}
