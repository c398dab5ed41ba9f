import { readArgument, text } from '@evenkeel/errors';
import type { CheckpointSource } from '../contract/initial-weights.js';
import { nodeErrors } from './errors.js';
import { FileStore } from './file-store.js';

/**
 * A checkpoint that `fileCheckpoints` saved, by the path of its file, or of a folder for the newest in it; read when it is
 * needed. Throws `TRAINER_NODE_BAD_OPTION`, and `TRAINER_NODE_NOT_READ` while it reads.
 *
 * @example
 * createTrainer({ data, model, initialWeights: fromCheckpoint(checkpointFile('runs/ce')) });
 */
export function checkpointFile(path: string): CheckpointSource {
  readArgument('checkpointFile', nodeErrors.BAD_OPTION, 'path', text('a path'), path);
  const store = new FileStore({
    folder: path,
    keepLast: 1,
    best: false,
    everyEpochs: 1,
    everySteps: undefined,
  });
  return { name: path, load: () => store.load() };
}
