import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { put, temporaryFolder } from '../drawn-images.fixture.js';
import { readListFile } from './read-list-file.js';

let folder: string;
let remove: () => Promise<void>;
beforeAll(async () => ({ folder, remove } = await temporaryFolder()));
afterAll(() => remove());

const read = async (text: string) => {
  const images = await readListFile(await put(join(folder, 'list.txt'), text), 'root');
  return Array.from(images.labels, (label, index) => [images.relative(index), label] as const);
};

describe('readListFile', () => {
  it('reads what was written, whatever the names, ends of lines and blanks around (property)', async () => {
    const part = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((text) => `x${text.replace(/[/\p{C}\p{Z}]/gu, ' ')}x`);
    const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const line = fc.record({
      path,
      label: fc.integer({ min: 0, max: 0x7fffffff }),
      gap: fc.constantFrom(' ', '\t', '  '),
      end: fc.constantFrom('\n', '\r\n', ' \n', '\n\n'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.boolean(), async (lines, last) => {
        const text = lines.map(({ path, label, gap, end }) => `${path}${gap}${label}${end}`).join('');
        expect(await read(last ? text : text.trimEnd())).toEqual(
          lines.map(({ path, label }) => [path, label]),
        );
      }),
    );
  });

  it('passes over a byte order mark, and a dot in front', async () => {
    expect(await read('\uFEFF./a/b.jpg 3\nc.jpg 1')).toEqual([
      ['a/b.jpg', 3],
      ['c.jpg', 1],
    ]);
  });

  it.each(['a.jpg1', '7', 'a.jpg 2147483648', 'a.jpg 1.5', 'a.jpg -1'])('refuses %j', async (line) => {
    await expect(read(`ok.jpg 0\n${line}`)).rejects.toThrow(/IMAGES_LIST_LINE.*line 2/);
  });
});
