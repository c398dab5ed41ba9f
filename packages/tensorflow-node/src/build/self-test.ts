import { errors } from '../errors.js';
import type { TfjsNodePackage } from '../find/find-tfjs-node.js';
import { bindingFile } from '../find/native-folder.js';
import { lastLines, runProgram } from './run-program.js';

/** [[1, 2], [3, 4]] · [[5], [7]] = [[19], [43]]; runs in a separate process, because a bad library can crash it. */
const SCRIPT = `
process.once('uncaughtException', ({ message }) => {
  console.error(message);
  process.exitCode = 1;
});
const [root, name, binding] = process.argv.slice(1);
const util = require('util');
util.isNullOrUndefined ??= (value) => value == null;
util.isArray ??= Array.isArray;
const { createRequire } = require('module');
const tf = createRequire(root + '/package.json')('@tensorflow/tfjs');
require(root + '/dist/register_all_kernels');
const { NodeJSKernelBackend } = require(root + '/dist/nodejs_kernel_backend');
const backend = new NodeJSKernelBackend(require(binding), name); // not in the factory: tfjs falls back where that throws
tf.registerBackend('tensorflow', () => backend, 3);
tf.setBackend('tensorflow');
console.log(backend.isUsingGpuDevice ? 'on a GPU' : 'on the CPU');
console.log(tf.getBackend() + ' ' + tf.matMul([[1, 2], [3, 4]], [[5], [7]]).dataSync().join(' '));
`;

/**
 * Multiplies two small matrices on the binding in `folder`, in a child process; tells whether TensorFlow found a GPU.
 * Throws `TENSORFLOW_SELF_TEST_FAILED` where that fails.
 */
export async function selfTest(
  tfjsNode: TfjsNodePackage,
  folder: string,
  signal?: AbortSignal,
): Promise<{ readonly gpu: boolean }> {
  const args = ['-e', SCRIPT, tfjsNode.root, tfjsNode.name, bindingFile(folder)];
  const { code, output } = await runProgram(process.execPath, args, { signal });
  if (code === 0 && output.includes('tensorflow 19 43')) return { gpu: output.includes('on a GPU') };
  throw errors.SELF_TEST_FAILED({ folder, output: lastLines(output) || `it ended with exit code ${code}` });
}
