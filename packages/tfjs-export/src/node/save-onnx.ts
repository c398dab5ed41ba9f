import { join } from 'node:path';
import { writeWhole } from '@evenkeel/trainer-core/node';

/**
 * Writes the bytes of an ONNX file as `model.onnx` into a folder, which is made when it is not there; the file is there whole or
 * not at all. Returns its path. Throws `TRAINER_NODE_NOT_WRITTEN`.
 */
export async function saveOnnx(bytes: Uint8Array, folder: string): Promise<string> {
  const path = join(folder, 'model.onnx');
  await writeWhole(path, bytes);
  return path;
}
