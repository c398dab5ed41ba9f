import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errors } from '../errors.js';

const FILE = 'model.json';

/**
 * The `model.json` of an export (the file, or its folder) or of a trained run (the folder of `evenkeel train`, or of one method
 * or cell in it). Where a run has several, `method` says which. Throws EVENKEEL_NO_MODEL, EVENKEEL_SEVERAL_MODELS and EVENKEEL_NO_METHOD.
 */
export async function findModel(path: string, method?: string): Promise<string> {
  if (basename(path) === FILE && existsSync(path)) return path;
  const direct = [join(path, FILE), join(path, 'model', FILE)].find((file) => existsSync(file));
  if (direct !== undefined) return direct;
  const below = await readdir(path).catch(() => []);
  const files = below.sort().map((name) => join(path, name, 'model', FILE));
  const models = new Map(
    files.filter((file) => existsSync(file)).map((file) => [basename(dirname(dirname(file))), file]),
  );
  const found = [...models.keys()];
  if (found.length === 0) throw errors.NO_MODEL({ path });
  if (method === undefined) {
    if (found.length > 1) throw errors.SEVERAL_MODELS({ path, found });
    return models.get(found[0])!;
  }
  const file = models.get(method);
  if (file === undefined) throw errors.NO_METHOD({ path, received: method, found });
  return file;
}
