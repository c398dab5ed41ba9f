import { join } from 'node:path';
import { isEvenkeelError } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { decodeCheckpoint } from '../checkpoint/checkpoint-file.js';
import { checkpointFile } from './checkpoint-file.js';
import { fileCheckpoints } from './file-checkpoints.js';
import { tinyTrainer, useFolder } from './node.fixture.js';

const folder = useFolder();

it('reads the newest checkpoint of a folder, or a file, and nothing where there is none', async () => {
  const path = join(folder(), 'run');
  const source = checkpointFile(path);
  expect(source.name).toBe(path);
  expect(await source.load()).toBeUndefined();
  const trainer = tinyTrainer(fileCheckpoints({ folder: path, best: false }));
  await trainer.fit({ epochs: 2 });
  await trainer.dispose();
  const stepOf = async (bytes: Uint8Array | undefined) =>
    ((await decodeCheckpoint(bytes!, 'test')).json.run as { position: { step: number } }).position.step;
  expect(await stepOf(await source.load())).toBe(6);
  expect(await stepOf(await checkpointFile(join(path, 'step-000000003.safetensors')).load())).toBe(3);
});

it('refuses what is not a path', () => {
  let caught: unknown;
  try {
    checkpointFile('');
  } catch (error) {
    caught = error;
  }
  expect(isEvenkeelError(caught, 'TRAINER_NODE_BAD_OPTION')).toBe(true);
});

it.runIf(process.platform !== 'win32')('reads no device, which may never end', async () => {
  await expect(checkpointFile('/dev/zero').load()).rejects.toThrow(/TRAINER_NODE_NOT_READ.*neither a file/s);
});
