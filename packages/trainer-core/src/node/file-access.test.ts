import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isPart, readText, removeParts, writeWhole } from './file-access.js';
import { useFolder } from './node.fixture.js';

const folder = useFolder();

it('writes a file whole, or leaves what was there and nothing else', async () => {
  const path = join(folder(), 'deep', 'result.json');
  await writeWhole(path, 'first');
  await writeWhole(path, Buffer.from('second'));
  expect(readFileSync(path, 'utf8')).toBe('second');
  mkdirSync(join(folder(), 'taken', 'x'), { recursive: true });
  await expect(writeWhole(join(folder(), 'taken'), 'x')).rejects.toThrow('TRAINER_NODE_NOT_WRITTEN');
  await expect(writeWhole(join(path, 'below'), 'x')).rejects.toThrow(
    /TRAINER_NODE_NOT_WRITTEN.*E(NOTDIR|EXIST)/s,
  );
  expect(readdirSync(folder(), { recursive: true }).sort()).toEqual(
    ['deep', join('deep', 'result.json'), 'taken', join('taken', 'x')].sort(),
  );
});

it('removes unfinished files, and no others', async () => {
  for (const name of ['a.json.12.part', 'a.json', 'film.part', 'run.lock.1f.12.part']) {
    writeFileSync(join(folder(), name), '');
  }
  expect(isPart(join('x.12.part', 'a'))).toBe(false);
  await removeParts(folder());
  await removeParts(join(folder(), 'none'));
  expect(readdirSync(folder()).sort()).toEqual(['a.json', 'film.part']);
});

it('takes only what is not there for nothing', async () => {
  writeFileSync(join(folder(), 'a'), 'text');
  expect(await readText(join(folder(), 'a'))).toBe('text');
  expect(await readText(join(folder(), 'b'))).toBeUndefined();
  await expect(readText(folder())).rejects.toThrow(/TRAINER_NODE_NOT_READ.*EISDIR/s);
});
