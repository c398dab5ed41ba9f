import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { peImports } from './pe-imports.js';
import { standInFor } from './windows-linking.js';

/** A library with one section at address 0x1000, which lies at 0x400 in the file, and these imports. */
function libraryWith(imports: Readonly<Record<string, readonly string[]>>): Buffer {
  const image = Buffer.alloc(0x1400);
  image.writeUInt32LE(0x80, 0x3c);
  image.write('PE\0\0', 0x80, 'latin1');
  image.writeUInt16LE(1, 0x86);
  image.writeUInt16LE(240, 0x94);
  image.writeUInt16LE(0x20b, 0x98);
  image.writeUInt32LE(0x1000, 0x98 + 120); // the import table
  for (const [value, at] of [[0x1000, 12], [0x1000, 16], [0x400, 20]]) image.writeUInt32LE(value, 0x188 + at); // prettier-ignore
  let free = 0x200; // within the section
  const put = (bytes: Buffer): number => {
    bytes.copy(image, 0x400 + free);
    const address = 0x1000 + free;
    free += bytes.length + (bytes.length % 2);
    return address;
  };
  Object.entries(imports).forEach(([library, names], at) => {
    const thunks = names.map((name) =>
      name.startsWith('#') ? (1n << 63n) + BigInt(name.slice(1)) : BigInt(put(Buffer.from(`\0\0${name}\0`))),
    );
    const table = Buffer.alloc(8 * (thunks.length + 1));
    thunks.forEach((thunk, index) => table.writeBigUInt64LE(thunk, 8 * index));
    image.writeUInt32LE(put(table), 0x400 + 20 * at);
    image.writeUInt32LE(put(Buffer.from(`${library}\0`)), 0x400 + 20 * at + 12);
  });
  return image;
}

describe('peImports', () => {
  const file = (bytes: Buffer): string => {
    const path = join(temporaryFolder(), 'a.dll');
    writeFileSync(path, bytes);
    return path;
  };
  const library = libraryWith({
    'KERNEL32.dll': ['TlsAlloc'],
    'Python311.DLL': ['PyList_New', '#7', 'PyExc_TypeError'],
  });

  it('are the names from one library, ordinals left out', async () => {
    expect(await peImports(file(library), 'python311.dll')).toEqual(['PyList_New', 'PyExc_TypeError']);
    expect(await peImports(file(library), 'kernel32.dll')).toEqual(['TlsAlloc']);
    expect(await peImports(file(library), 'user32.dll')).toEqual([]);
  });

  it('are refused of what is no library', async () => {
    await expect(peImports(file(Buffer.alloc(1000)), 'a.dll')).rejects.toThrow('no 64-bit library');
  });
});

it("the stand-in for Python's library has every name, objects as zeros", () => {
  expect(standInFor(['PyList_New', 'PyExc_TypeError', '_Py_NoneStruct', 'PyList_Type'])).toBe(
    `__declspec(dllexport) void *PyList_New(void) { return 0; }
__declspec(dllexport) long long PyExc_TypeError[128];
__declspec(dllexport) long long _Py_NoneStruct[128];
__declspec(dllexport) long long PyList_Type[128];
`,
  );
});
