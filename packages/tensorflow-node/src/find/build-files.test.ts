import {
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFiles, changedFile, cutLibrary, sampledDigest } from './build-files.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

function fakeBuild(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'deps/lib'), { recursive: true });
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'deps/lib/libtensorflow_cc.so.2'), Buffer.alloc(3 << 20, 'library'));
  symlinkSync('libtensorflow_cc.so.2', join(folder, 'deps/lib/libtensorflow.so'));
  writeFileSync(join(folder, 'deps/METADATA'), 'no library');
  writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), 'binding');
  writeFileSync(join(folder, 'lib/napi-v8/evenkeel-ops-12.node'), 'added later');
  return folder;
}

describe('the files of a build', () => {
  it('are its libraries and addons, and each change of them is told', () => {
    const folder = fakeBuild();
    const files = buildFiles(folder);
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['deps/lib/libtensorflow_cc.so.2', 3 << 20],
      ['lib/napi-v8/tfjs_binding.node', 7],
    ]);
    expect(changedFile(folder, files)).toBeUndefined();
    const library = join(folder, 'deps/lib/libtensorflow_cc.so.2');
    utimesSync(library, 1, 1);
    expect(changedFile(folder, files)).toBeUndefined();
    writeFileSync(join(folder, 'lib/napi-v8/tfjs_binding.node'), 'Binding');
    expect(changedFile(folder, files)).toMatch(/tfjs_binding\.node' has other content/);
    truncateSync(library, 1000);
    expect(changedFile(folder, files)).toBe("'deps/lib/libtensorflow_cc.so.2' has 1000 of 3145728 bytes");
    expect(changedFile(temporaryFolder(), files)).toMatch(/libtensorflow_cc\.so\.2' is missing/);
  });

  it('are digested by samples where they are large: both ends and places between', () => {
    const folder = fakeBuild();
    const library = join(folder, 'deps/lib/libtensorflow_cc.so.2');
    const before = sampledDigest(library);
    const bytes = readFileSync(library);
    for (const [from, to] of [
      [0, 1],
      [bytes.length - 1, bytes.length],
      [1 << 20, 2 << 20],
    ]) {
      writeFileSync(library, Buffer.from(bytes).fill(0, from, to));
      expect(sampledDigest(library), `bytes ${from} to ${to}`).not.toBe(before);
    }
    writeFileSync(library, bytes);
    expect(sampledDigest(library)).toBe(before);
  });
});

describe.runIf(process.platform === 'linux' && process.arch !== 'arm')('cutLibrary', () => {
  it('finds every cut of a real program, and what is none', () => {
    const file = join(temporaryFolder(), 'program');
    const whole = readFileSync('/bin/sh');
    writeFileSync(file, whole);
    expect(cutLibrary(file)).toBeUndefined();
    for (const size of [whole.length - 1, whole.length >> 1, 100, 64]) {
      writeFileSync(file, whole.subarray(0, size));
      expect(cutLibrary(file)).toMatch(new RegExp(`^it has ${size} of \\d+ bytes$`));
    }
    for (const text of ['', 'text', '\x7fELF', 'text'.repeat(100)]) {
      writeFileSync(file, text);
      expect(cutLibrary(file)).toBe('it is no library');
    }
    expect(cutLibrary(`${file}.none`)).toBe('it is missing');
    expect(statSync(file).size).toBe(400);
  });
});
