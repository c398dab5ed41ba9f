#!/usr/bin/env node
// Looks into TensorFlow's wheels of every platform, on any: the pinned digest, the layout, which libraries they ask for, and whether the
// library exports each symbol that our addons import, binding and operations. Needs LLVM's llvm-nm and llvm-readobj.
//   node tools/native/check-wheels.mjs WHEELS PREBUILT
// WHEELS holds wheels in folders by machine (linux-x64, darwin-arm64, ...), PREBUILT folders native-MACHINE. After `npx tsc --build`.
// Exit code 1 where something is missing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libraryFiles } from '../../packages/tensorflow-node/dist/find/library-files.js';
import { prepareLibrary } from '../../packages/tensorflow-node/dist/wheel/prepare-library.js';
import { MACHINES, tensorflowWheel } from '../../packages/tensorflow-node/dist/wheel/tensorflow-wheel.js';

const tool = (name, ...args) =>
  execFileSync(name, args, { encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'ignore'] });
const lines = (text) => text.split('\n').filter(Boolean);
const matches = (text, pattern) => Array.from(text.matchAll(pattern), ([, found]) => found);
const ofTensorflow = (name) => /^TF[EG]?_\w+$/.test(name);
/** Without the underscore of macOS and the version of Linux. */
const withoutMark = (name) => name.replace(/^_(?=TF)/, '').replace(/@.*$/, '');

/** How to look into the files of a platform: what one exports, imports of TensorFlow, and which libraries it asks for. */
const LOOK = {
  linux: {
    exports: (file) => lines(tool('llvm-nm', '-D', '--defined-only', '--format=just-symbols', file)),
    imports: (file) => lines(tool('llvm-nm', '-D', '-u', '--format=just-symbols', file)),
    libraries: (file) => matches(tool('llvm-readobj', '--needed-libs', file), /^ {2}(\S+)$/gm),
  },
  darwin: {
    exports: (file) => lines(tool('llvm-nm', '-g', '--defined-only', '--format=just-symbols', file)),
    imports: (file) => lines(tool('llvm-nm', '-u', '--format=just-symbols', file)),
    libraries: (file) => matches(tool('llvm-objdump', '--macho', '--dylibs-used', file), /^\t(\S+)/gm),
  },
  win32: {
    exports: (file) => matches(tool('llvm-readobj', '--coff-exports', file), /^ {2}Name: (\S+)$/gm),
    imports: (file) => matches(tool('llvm-readobj', '--coff-imports', file), /^ {2}Symbol: (\S+)/gm),
    libraries: (file) => matches(tool('llvm-readobj', '--coff-imports', file), /^ {2}Name: (\S+)$/gm),
  },
};

/** What is found out about one machine. */
async function look(machine, wheel, prebuilt) {
  const [platform, arch] = machine.split('-');
  const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-wheel-'));
  try {
    const wanted = tensorflowWheel('native', undefined, { platform, arch, glibc: '2.28' });
    await prepareLibrary(wanted, scratch, { wheel, headers: false, platform, onProgress: () => undefined });
    const { exports, imports, libraries } = LOOK[platform];
    const members = libraryFiles(platform).members.map((member) =>
      join(scratch, 'deps/lib', member.split('/').at(-1)),
    );
    const exported = new Set(members.flatMap(exports).map(withoutMark).filter(ofTensorflow));
    const addons = existsSync(prebuilt)
      ? readdirSync(join(prebuilt, 'lib')).map((name) => join(prebuilt, 'lib', name))
      : [];
    const wantedBy = addons.map((file) => [
      file.split('/').at(-1),
      imports(file).map(withoutMark).filter(ofTensorflow),
    ]);
    return {
      machine,
      digest: 'as pinned',
      megabytes: Math.round(members.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6),
      exported: exported.size,
      imported: Object.fromEntries(wantedBy.map(([name, symbols]) => [name, symbols.length])),
      missing: wantedBy.flatMap(([name, symbols]) =>
        symbols.filter((symbol) => !exported.has(symbol)).map((symbol) => `${name}: ${symbol}`),
      ),
      libraries: [...new Set(members.flatMap(libraries))],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const [wheels, prebuilt] = process.argv.slice(2);
if (prebuilt === undefined) {
  console.error('Usage: node tools/native/check-wheels.mjs WHEELS PREBUILT');
  process.exit(2);
}
for (const machine of MACHINES) {
  const folder = join(wheels, machine);
  const wheel = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith('.whl')) : undefined;
  if (wheel === undefined) console.log(JSON.stringify({ machine, skipped: 'there is no wheel' }));
  else {
    const found = await look(machine, join(folder, wheel), join(prebuilt, `native-${machine}`));
    console.log(JSON.stringify(found));
    if (found.missing.length > 0) process.exitCode = 1;
  }
}
