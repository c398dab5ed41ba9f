import { Command } from 'commander';
import type { PrebuiltOptions } from '../build/make-prebuilt.js';

interface PrebuildFlags extends Pick<PrebuiltOptions, 'machine' | 'out' | 'wheel' | 'index'> {
  readonly compiler?: string;
}

const NOTES = `
Examples:
  prebuild --out native-linux-x64
  prebuild --machine linux-arm64 --compiler "zig c++" --out native-linux-arm64

What comes of it is an npm package: npm pack it, or name its folder in EVENKEEL_PREBUILT.`;

/** `prebuild`: makes the npm package that spares users of a machine the compiler. */
export function prebuildCommand(): Command {
  return new Command('prebuild')
    .description('Makes the npm package with what setup would compile, for machines without a compiler.')
    .requiredOption('--out <folder>', 'folder of the package; what is there is replaced')
    .option('--machine <platform-arch>', 'for which machine, such as linux-arm64 (default: this one)')
    .option(
      '--compiler <command>',
      'compiler of C and C++ (default: CXX, else g++); with "zig c++" for any machine',
    )
    .option('--wheel <file>', "that machine's wheel of TensorFlow, where it is at hand")
    .option('--index <url>', 'package index to download it from, instead of the one that pip is told')
    .addHelpText('after', NOTES)
    .action(runPrebuild);
}

async function runPrebuild({ compiler, ...options }: PrebuildFlags): Promise<void> {
  const { makePrebuilt } = await import('../build/make-prebuilt.js');
  const { showSetupProgress } = await import('../build/show-setup-progress.js');
  const view = showSetupProgress();
  const words = compiler?.split(/\s+/).filter(Boolean);
  try {
    const record = await makePrebuilt({ ...options, compiler: words, onProgress: view.onProgress });
    const bytes = record.files.reduce((sum, file) => sum + file.bytes, 0);
    view.stop();
    console.log(
      `${record.machine}: ${record.files.length} addons, ${Math.round(bytes / 1000)} kB in ${options.out}`,
    );
  } finally {
    view.stop();
  }
}
