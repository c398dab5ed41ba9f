import { Argument, Command } from 'commander';
import type { SetupNativeOptions } from '../build/setup-options.js';
import type { NativeVariant } from '../find/native-variant.js';
import { TENSORFLOW_VERSION } from '../wheel/tensorflow-wheel.js';

const NOTES = `
Examples:
  setup native
  setup native --wheel tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl
  setup native --index https://mirror.example/simple
  setup native --link     makes require('@tensorflow/tfjs-node') work too

The cache folder is moved by the environment variable EVENKEEL_CACHE. HTTPS_PROXY, NO_PROXY, PIP_INDEX_URL and pip's configuration
files are obeyed; pip itself is not needed.

Exit codes: 0 it is ready, 1 it could not be built, 2 the command line is wrong, 130 interrupted.`;

interface SetupFlags extends Omit<SetupNativeOptions, 'variant' | 'signal' | 'onProgress'> {
  readonly link?: boolean;
  readonly json?: boolean;
}

/** `setup native|native-gpu`: builds a native backend in the cache. */
export function setupCommand(): Command {
  return new Command('setup')
    .description(
      "Makes a native backend ready: TensorFlow's library from its Python wheel, and tfjs-node's binding on it.",
    )
    .addArgument(new Argument('<backend>', 'what to set up').choices(['native', 'native-gpu']))
    .option('--wheel <file>', 'a wheel that is at hand, for a machine without network')
    .option('--index <url>', 'package index to download from, instead of the one that pip is told')
    .option('--tensorflow-version <version>', 'TensorFlow to build on', TENSORFLOW_VERSION)
    .option('--sha256 <digest>', 'digest that the wheel must have, where none is known for its version')
    .option('--allow-unverified', 'accept a wheel of which no digest is known')
    .option('--keep-wheel', 'keep the downloaded wheel beside the build')
    .option('--system-cuda', 'native-gpu: use the installed CUDA 12 and cuDNN 9 instead of fetching them')
    .option('--force', 'build again what is built')
    .option('--link', "link the build into the project's own tfjs-node")
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .action(runSetup);
}

async function runSetup(variant: NativeVariant, { link, json, ...options }: SetupFlags): Promise<void> {
  const { setupNative } = await import('../build/setup-native.js');
  const { linkNative } = await import('../build/link-native.js');
  const { showSetupProgress } = await import('../build/show-setup-progress.js');
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const view = showSetupProgress();
  const { onProgress } = view;
  try {
    const { signal } = interruption;
    const setup = await setupNative({ ...options, variant, signal, onProgress });
    view.stop();
    const links = link ? await linkNative(variant, setup.folder) : [];
    if (json) return console.log(JSON.stringify({ ...setup, links }, undefined, 2));
    const size = `${Math.round(setup.bytes / 1e6)} MB`;
    const state = setup.built ? 'is ready' : 'was ready already';
    console.log(`${variant} ${state}: TensorFlow ${setup.tensorflowVersion}, ${size} in ${setup.folder}`);
    for (const made of links) console.log(`linked ${made}`);
  } catch (error) {
    view.stop();
    if (!interruption.signal.aborted) throw error;
    console.error('Interrupted. What was finished is kept; the same command resumes from there.');
    process.exitCode = 130;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
