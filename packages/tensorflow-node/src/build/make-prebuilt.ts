import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errors } from '../errors.js';
import { buildFiles } from '../find/build-files.js';
import { prebuiltPackage, type PrebuiltRecord } from '../find/find-prebuilt.js';
import { requireTfjsNode } from '../find/find-tfjs-node.js';
import { NAPI_VERSION } from '../find/native-folder.js';
import { prepareLibrary } from '../wheel/prepare-library.js';
import { MACHINES, OLDEST_GLIBC, TENSORFLOW_VERSION, tensorflowWheel } from '../wheel/tensorflow-wheel.js';
import { buildCollectives, collectivesAreFor } from './collectives.js';
import { compileBinding } from './compile-binding.js';
import { buildOwnOps, ownOpsAreFor } from './own-ops.js';
import { findCompiler, requireCompiler } from './build-tools.js';
import type { OnSetupProgress } from './setup-progress.js';
import { addPythonStandIn, windowsLinking } from './windows-linking.js';

/** What is compiled for machines without a compiler. */
export interface PrebuiltOptions {
  /** For which machine, such as `linux-x64`; this one by default. */
  readonly machine?: string;
  /** Folder of the package; made, or made again. */
  readonly out: string;
  /** Compiler of C and C++ with its first arguments; with Zig's, `-target` for the machine is added. Default: that of this machine. */
  readonly compiler?: readonly string[];
  /** A wheel for that machine that is at hand. */
  readonly wheel?: string;
  readonly index?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnSetupProgress;
}

const ZIG_TARGETS: Readonly<Record<string, string>> = {
  'linux-x64': `x86_64-linux-gnu.${OLDEST_GLIBC}`,
  'linux-arm64': `aarch64-linux-gnu.${OLDEST_GLIBC}`,
  'darwin-arm64': 'aarch64-macos.12.0',
  'win32-x64': 'x86_64-windows-gnu',
};

const OWN_PACKAGE = new URL('../../package.json', import.meta.url);

/**
 * Makes the npm package that spares users of a machine the compiler: tfjs-node's binding and the operations of our own, linked to
 * the TensorFlow that is pinned here. Returns its record.
 * Throws `TENSORFLOW_OPTION_INVALID` for another machine, and what `setupNative` throws.
 */
export async function makePrebuilt(options: PrebuiltOptions): Promise<PrebuiltRecord> {
  const {
    machine = `${process.platform}-${process.arch}`,
    out,
    signal,
    onProgress = () => undefined,
  } = options;
  if (!MACHINES.includes(machine)) {
    const expected = MACHINES.map((name) => `'${name}'`).join(', ');
    throw errors.OPTION_INVALID({ where: 'makePrebuilt', option: 'machine', expected, received: machine });
  }
  const [platform, arch] = machine.split('-');
  const compiler = forMachine(options.compiler ?? (await requireCompiler()), machine);
  const tfjsNode = requireTfjsNode('native');
  const wheel = tensorflowWheel('native', undefined, { platform, arch, glibc: OLDEST_GLIBC });
  const work = `${out}.partial`;
  await prepareLibrary(wheel, work, { ...options, headers: true, platform, onProgress });
  const report = (message: string): void => onProgress({ stage: 'build', message });
  report(`compiling the binding for ${machine}`);
  await rm(join(work, 'lib'), { recursive: true, force: true });
  const linking = platform === 'win32' ? await windowsLinking(work, compiler, signal) : [];
  await compileBinding({ tfjsNode, folder: work, compiler, platform, linking, signal });
  if (platform === 'win32') await addPythonStandIn(work, compiler, signal);
  await compileOps(machine, work, compiler, signal);
  return writePackage(work, out, {
    tfjsNodeVersion: tfjsNode.version,
    tensorflowVersion: TENSORFLOW_VERSION,
    napiVersion: NAPI_VERSION,
    machine,
  });
}

/** With the compiler of this machine where that is for this machine: the kernels are tuned for it. */
async function compileOps(
  machine: string,
  work: string,
  given: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const here = machine === `${process.platform}-${process.arch}`;
  const compiler = (here ? await findCompiler() : undefined) ?? given;
  const outputs = [
    ownOpsAreFor(machine) ? await buildOwnOps(work, compiler, signal) : undefined,
    collectivesAreFor(machine.split('-')[0]) ? await buildCollectives(work, compiler, signal) : undefined,
  ];
  const output = outputs.find((text) => text !== undefined);
  if (output !== undefined) throw errors.BUILD_FAILED({ compiler: compiler.join(' '), output });
}

async function writePackage(
  work: string,
  out: string,
  what: Omit<PrebuiltRecord, 'files'>,
): Promise<PrebuiltRecord> {
  const partial = join(work, 'package');
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await cp(join(work, 'lib', `napi-v${NAPI_VERSION}`), join(partial, 'lib'), { recursive: true });
  const record = { ...what, files: buildFiles(partial, /^$/) };
  const { version, license, engines } = JSON.parse(await readFile(OWN_PACKAGE, 'utf8')) as Manifest;
  const [platform, arch] = what.machine.split('-');
  const manifest = {
    name: prebuiltPackage(what.machine),
    version,
    description: `What @evenkeel/tensorflow-node would compile on ${what.machine}: tfjs-node's binding and our own operations`,
    license,
    os: [platform],
    cpu: [arch],
    ...(platform === 'linux' && { libc: ['glibc'] }),
    files: ['lib', 'prebuilt.json'],
    engines,
    publishConfig: { access: 'public', provenance: true },
  };
  const write = (name: string, value: object): Promise<void> =>
    writeFile(join(partial, name), `${JSON.stringify(value, undefined, 2)}\n`);
  await write('package.json', manifest);
  await write('prebuilt.json', record);
  await writeFile(join(partial, 'README.md'), readme(manifest.name, what));
  await cp(fileURLToPath(new URL('../../LICENSE', import.meta.url)), join(partial, 'LICENSE'));
  await rm(out, { recursive: true, force: true });
  await mkdir(dirname(out), { recursive: true });
  await rename(partial, out);
  return record;
}

interface Manifest {
  readonly version: string;
  readonly license: string;
  readonly engines: object;
}

function readme(
  name: string,
  { machine, tfjsNodeVersion, tensorflowVersion }: Omit<PrebuiltRecord, 'files'>,
): string {
  return `# ${name}

What \`npx evenkeel setup native\` would otherwise compile on ${machine}: the binding of tfjs-node ${tfjsNodeVersion} (Apache-2.0,
compiled from its sources without a change) and the operations of @evenkeel/tensorflow-node, linked to the C library of TensorFlow
${tensorflowVersion}, which is not contained here. npm installs it along with @evenkeel/tensorflow-node where it fits.
`;
}

function forMachine(compiler: readonly string[], machine: string): readonly string[] {
  const isZig = /zig$/.test(compiler.at(-2) ?? '') || compiler.includes('ziglang');
  return isZig && !compiler.includes('-target') ? [...compiler, '-target', ZIG_TARGETS[machine]] : compiler;
}
