import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cellIdentity, checkCellFolder, checkSameCell, claimCellFolder } from './cell-identity.js';
import { methodOf } from './methods.js';
import { readGridSettings } from './settings.js';

const settings = readGridSettings(['--epochs', '2']);
const stage = {
  from: { name: 'ce, seed 1', load: () => Promise.resolve(undefined) },
  onChosen: () => undefined,
};
const of = (method: string) => cellIdentity(settings, methodOf(method).options(stage));

describe('cellIdentity', () => {
  it('says what a method changes, options included', () => {
    expect(of('ce').composition).toEqual([]);
    expect(of('cb').composition).toEqual(['sampler: class-balanced']);
    expect(of('whiten+b3rs+bet+la').composition).toEqual([
      '@evenkeel/plugin-whitening: zca (ε = 0.1, momentum 0.1, statistics from all batches)',
      '@evenkeel/plugin-b3rs: relatively balanced batches: 3 blocks of equal width in log n, beta 1, gamma 0',
      '@evenkeel/plugin-bet: 1 balanced batch after every 4 base batches, epochs keep their length',
      "@evenkeel/plugin-logit-adjust: training logits + 1 log prior, the batch's own sampler's prior",
    ]);
  });

  it('leaves out what does not change the numbers', () => {
    const elsewhere = readGridSettings(['--epochs', '2', '--out', 'x', '--data-dir', 'y', '--seeds', '4']);
    expect(cellIdentity(elsewhere, {})).toEqual(of('ce'));
  });
});

describe('checkSameCell', () => {
  it('refuses another option, one that only one side has, and another composition', () => {
    const limited = readGridSettings(['--epochs', '2', '--limit', '50']);
    expect(() => checkSameCell('f', of('ce'), of('ce'))).not.toThrow();
    expect(() => checkSameCell('f', cellIdentity(limited, {}), of('ce'))).toThrow(
      /COMPARE_OTHER_SETTINGS.*--limit 50/s,
    );
    expect(() => checkSameCell('f', of('bn'), of('whiten'))).toThrow(
      /COMPARE_OTHER_COMPOSITION.*batch-norm.*zca/s,
    );
  });

  it('takes a result from before compositions were kept', () => {
    expect(() => checkSameCell('f', { settings: of('bn').settings }, of('bn'))).not.toThrow();
  });
});

describe('files from before the precision was kept', () => {
  const { precision, ...settings } = of('ce').settings;
  const before = { ...of('ce'), settings };

  it('are of the cell in float32, and of no other', () => {
    expect(precision).toBe('float32');
    expect(() => checkSameCell('f', before, of('ce'))).not.toThrow();
    const rounded = { ...of('ce').settings, precision: 'bfloat16' as const };
    expect(() => checkSameCell('f', before, { ...of('ce'), settings: rounded })).toThrow(
      /COMPARE_OTHER_SETTINGS.*--precision 'float32', received 'bfloat16'/s,
    );
  });
});

describe('the folder of a cell', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'evenkeel-cell-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each(['{"settings"', '[]', '{}', '{"settings":{},"composition":[1]}'])(
    'is refused with %s',
    async (text) => {
      await writeFile(join(folder, 'cell.json'), text);
      await expect(checkCellFolder(folder, of('bn'))).rejects.toThrow(/COMPARE_NOT_A_CELL.*cell\.json/s);
    },
  );

  it('is not locked out by a kill while it was claimed', async () => {
    await writeFile(join(folder, 'cell.json'), '');
    await checkCellFolder(folder, of('bn'));
  });

  it('is gone on with by the cell that claimed it, and by no other', async () => {
    const cell = join(folder, 'bn.seed-1');
    await checkCellFolder(cell, of('bn'));
    await claimCellFolder(cell, of('bn'));
    await checkCellFolder(cell, of('bn'));
    await expect(checkCellFolder(cell, of('whiten'))).rejects.toThrow('COMPARE_OTHER_COMPOSITION');
    const longer = cellIdentity(readGridSettings(['--epochs', '3']), methodOf('bn').options(stage));
    await claimCellFolder(cell, { ...of('bn'), settings: { ...of('bn').settings, precision: undefined } });
    await checkCellFolder(cell, of('bn'));
    await expect(checkCellFolder(cell, longer)).rejects.toThrow(/--epochs 2, received 3/);
  });
});
