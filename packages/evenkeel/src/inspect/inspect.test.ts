import { cp, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { evenkeel, picture, putClasses, useFolder } from '../evenkeel.fixture.js';
import { countsPicture } from './counts-picture.js';
import type { Inspection } from './inspection.js';
import { sameImages } from './same-images.js';

const at = useFolder();

/** Widths and heights of the characters that bars and columns are made of, in eighths. */
const eighths = (line: string) =>
  [...line].reduce((sum, character) => sum + Math.max(0, ' ▏▎▍▌▋▊▉█'.indexOf(character)), 0);

// BET says that so few images leave it no place.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());

describe('the picture of class counts', () => {
  const classes = (counts: readonly number[]) =>
    counts.map((count, label) => ({ name: `class ${label}`, count, shot: 'medium' }));

  it('has a bar per class, the largest first, in proportion', () => {
    const lines = countsPicture(
      [
        { name: 'wren', count: 10, shot: 'few' },
        { name: 'heron', count: 400, shot: 'many' },
        { name: 'a bird with a very long name indeed', count: 200, shot: 'many' },
        { name: 'dodo', count: 0, shot: 'few' },
      ],
      60,
    );
    expect(lines.map((line) => line.slice(0, 20).trimEnd())).toEqual(
      ['heron                ', 'a bird with a very …', 'wren                 ', 'dodo                 '].map(
        (line) => line.slice(0, 20).trimEnd(),
      ),
    );
    const widths = lines.map(eighths);
    expect(widths[1]).toBe(widths[0] / 2);
    expect(widths[2]).toBeGreaterThan(0);
    expect(widths[3]).toBe(0);
  });

  it('fits any terminal, with any number of classes', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 3000 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 40, max: 200 }), (numbers, columns) => {
        fc.pre(Math.max(...numbers) > 0);
        const lines = countsPicture(classes(numbers), columns);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
        expect(lines.length).toBeLessThanOrEqual(40);
      }),
      { numRuns: 60 },
    );
  });

  it('becomes columns that fall from left to right', () => {
    const lines = countsPicture(
      classes(Array.from({ length: 1000 }, (_, c) => 1 + Math.floor(1280 * 0.995 ** c))),
      80,
    );
    const heights = Array.from({ length: 75 }, (_, column) =>
      lines
        .slice(0, 8)
        .reduce((sum, line) => sum + Math.max(0, ' ▁▂▃▄▅▆▇█'.indexOf([...line.padEnd(80)][5 + column])), 0),
    ).filter((height) => height > 0);
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(heights[0]).toBeGreaterThan(55);
    expect(lines.at(-1)).toContain('a column for every 14 classes');
  });
});

it('finds groups of the same image, and tells parts and labels apart', () => {
  const image = (name: string, part: string, label: number, fingerprint?: string) => ({
    ...{ name, part, label },
    fingerprint,
  });
  const found = sameImages([
    image('a', 'train', 0, 'x'),
    image('b', 'train', 1, 'y'),
    image('c', 'test', 0, 'x'),
    image('d', 'train', 2, 'y'),
    image('e', 'train', 2, 'z'),
    image('f', 'train', 2),
    image('g', 'train', 2),
  ]);
  const told = found.map(({ images, parts, labels }) => [
    images.map(({ name }) => name).join(''),
    parts,
    labels,
  ]);
  expect(told).toEqual([
    ['ac', true, false],
    ['bd', false, true],
  ]);
});

describe('evenkeel inspect', () => {
  const folder = async () => {
    await putClasses(at('birds', 'train'), { heron: 12, bittern: 6, wren: 2 });
    await putClasses(at('birds', 'val'), { heron: 0, bittern: 0, wren: 0 });
    await putClasses(at('birds', 'test'), { heron: 0, bittern: 0, wren: 0 });
    for (const [part, hue] of [
      ['test', 5],
      ['val', 7],
    ] as const)
      for (const [place, name] of ['heron', 'bittern', 'wren'].entries())
        await writeFile(at('birds', part, name, 'x.png'), await picture(hue, 20 + hue + place));
    await cp(at('birds', 'train', 'heron', '3.png'), at('birds', 'test', 'heron', 'leak.png'));
    await cp(at('birds', 'train', 'heron', '4.png'), at('birds', 'train', 'wren', 'wrong.png'));
    await writeFile(at('birds', 'val', 'heron', 'cut.jpg'), 'no image');
    return ['--data', 'folder', '--data-dir', at('birds'), '--batch', '8'];
  };

  it('tells a program everything', async () => {
    const { code, stdout } = await evenkeel('inspect', ...(await folder()), '--json');
    expect(code).toBe(0);
    const found = JSON.parse(stdout) as Inspection;
    expect(found.classes).toEqual([
      { name: 'bittern', count: 6, shot: 'few' },
      { name: 'heron', count: 12, shot: 'few' },
      { name: 'wren', count: 3, shot: 'few' },
    ]);
    expect(found).toMatchObject({ imbalance: 4, images: { train: 21, validation: 4, test: 4 } });
    expect(found.batches.blocks.map(({ classes }) => classes)).toEqual([['heron'], ['bittern'], ['wren']]);
    // 21 images in batches of 8; not one of them is the fifth.
    expect(found.batches.batches).toEqual({ base: 3 });
    expect(found.broken).toEqual([expect.stringMatching(/cut\.jpg: no image/)]);
    expect(found.same!.map(({ parts, labels }) => [parts, labels])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(found.same![0].images.map(({ part }) => part)).toEqual(['train', 'test']);
  });

  it('tells people the same in words and a picture', async () => {
    const { stdout } = await evenkeel('inspect', ...(await folder()), '--every', '1', '--blocks', '2');
    expect(stdout).toMatch(/21 training images in 3 classes, 4 validation images, 4 test images/);
    expect(stdout).toMatch(/^heron +12 few █+$/m);
    expect(stdout).toContain('Imbalance factor 4: 12 images in the largest class, 3 in the smallest.');
    expect(stdout).toMatch(/block 2: 2 classes of 6 to 3 images, 9 in all: bittern, wren\n/);
    expect(stdout).toContain('3 batches, 1 of them embedded');
    expect(stdout).toMatch(/Broken images: 1\. .*\n.*cut\.jpg/);
    expect(stdout).toMatch(/two parts: 1\..*\n.*3\.png \(train, heron\) = .*leak\.png \(test, heron\)/);
    expect(stdout).toMatch(/two labels: 1\..*\n.*\(train, heron\) = .*wrong\.png \(train, wren\)/);
  });

  it('opens no image when it is told so, and wants a folder', async () => {
    const given = await folder();
    const { stdout } = await evenkeel('inspect', ...given, '--no-images', '--json');
    expect(Object.keys(JSON.parse(stdout))).not.toContain('broken');
    const { code, stderr } = await evenkeel('inspect', '--data', 'folder');
    expect([code, stderr]).toEqual([1, expect.stringContaining('EVENKEEL_DATA_DIR_MISSING')]);
  });
});
