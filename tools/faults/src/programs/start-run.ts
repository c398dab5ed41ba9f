import { tellError } from '@evenkeel/errors';
import { openRunFolder, readTrainSettings } from 'evenkeel/train';

/** node start-run.js --out FOLDER [--resume]: takes the folder as the main job does, and gives it back. */
try {
  const folder = await openRunFolder(readTrainSettings(process.argv.slice(2)));
  await folder.claim();
  await folder.close();
} catch (error) {
  process.stderr.write(`${tellError(error)}\n`);
  process.exitCode = 1;
}
