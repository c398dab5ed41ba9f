import { shellWord } from '@evenkeel/errors';
import { Command } from 'commander';
import { relative } from 'node:path';
import { runCreate } from './run-create.js';
import { writePlugin } from './write-plugin.js';

/** The command `create-plugin`, with where it writes and prints. */
export function createPluginCommand(here: string, print: (line: string) => void): Command {
  return new Command('create-plugin')
    .description('Writes a new plugin for the Evenkeel trainer, with tests that pass.')
    .argument('<name>', 'name of the package: label-noise, or @lab/label-noise')
    .option('--folder <folder>', 'where to write it (default: a new folder of that name)')
    .addHelpText(
      'after',
      '\nAs a command of npm: npm create @evenkeel/plugin NAME\nNothing that is there is overwritten, and nothing is installed.',
    )
    .action((name: string, { folder }: { folder?: string }) => {
      const written = writePlugin(name, { here, folder });
      const path = relative(here, written.folder) || '.';
      print(
        `Wrote ${written.files.length} files to ${path}. Now:\n\n  cd ${shellWord(path)}\n  npm install\n  npm test\n`,
      );
      print('README.md says what is where.');
    });
}

/** Runs `create-plugin` and sets the exit code: 1 and the text on standard error for an expected error. */
export function main(): Promise<void> {
  return runCreate(createPluginCommand);
}
