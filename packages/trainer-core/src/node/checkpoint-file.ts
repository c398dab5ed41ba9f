import type { CheckpointSource } from '../contract/initial-weights.js';
import { checkOptions, PATH } from './check-options.js';
import { FileStore } from './file-store.js';

/**
 * A checkpoint that `fileCheckpoints` saved, by the path of its file, or of a folder for the newest in it; read when it is
 * needed. Throws `TRAINER_NODE_BAD_OPTION`, and `TRAINER_NODE_NOT_READ` while it reads.
 *
 * @example
 * createTrainer({ data, model, initialWeights: fromCheckpoint(checkpointFile('runs/ce')) });
 */
export function checkpointFile(path: string): CheckpointSource {
  checkOptions('checkpointFile', { path }, { path: PATH });
  const store = new FileStore({
    folder: path,
    keepLast: 1,
    best: false,
    everyEpochs: 1,
    everySteps: undefined,
  });
  return { name: path, load: () => store.load() };
}
