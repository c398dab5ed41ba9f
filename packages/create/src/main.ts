import { runCreate } from '@evenkeel/create-plugin';
import { shellWord } from '@evenkeel/errors';
import { Command, Option } from 'commander';
import { relative } from 'node:path';
import { PROJECT_DATA } from './project-files.js';
import type { ProjectData } from './project-files.js';
import { writeProject } from './write-project.js';

/** The command `create`, with where it writes and prints. */
export function createCommand(here: string, print: (line: string) => void): Command {
  return new Command('create')
    .description('Makes a project that trains on long-tailed images with Evenkeel. It asks nothing.')
    .argument('[folder]', 'where to make it: a folder that is new or empty', 'long-tailed-training')
    .addOption(
      new Option('--data <name>', 'what it trains on').choices(PROJECT_DATA).default('fashion-mnist-lt'),
    )
    .option('--data-dir <folder>', 'your own images, a folder per class: for --data folder')
    .addHelpText(
      'after',
      '\nAs a command of npm: npm create @evenkeel [FOLDER] -- --data folder --data-dir PHOTOS\n' +
        'Nothing that is there is overwritten, and nothing is installed.',
    )
    .action((folder: string, { data, dataDir }: { data: ProjectData; dataDir?: string }) => {
      const written = writeProject(folder, { here, data, dataDir });
      const path = relative(here, written.folder) || '.';
      print(
        `Wrote ${written.files.length} files to ${path}. Now:\n\n  cd ${shellWord(path)}\n  npm install\n  npm start\n`,
      );
      print('README.md says what is where.');
    });
}

/** Runs `create` and sets the exit code: 1 and the text on standard error for an expected error. */
export function main(): Promise<void> {
  return runCreate(createCommand);
}
