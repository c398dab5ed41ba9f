import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gridsIn, pageOf, pagePath, writePage } from './results-page.js';

const docs = fileURLToPath(new URL('../../../../docs/results', import.meta.url));

describe('docs/results.md', () => {
  it('has the tables of the result files; `npm run reproduce -- --table docs/results` makes them', async () => {
    const page = await readFile(pagePath(docs), 'utf8');
    expect(await pageOf(docs, page)).toBe(page);
  });
});

describe('a page of results', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'evenkeel-page-')), 'results');
    const [grid] = await gridsIn(docs);
    await cp(join(docs, grid), join(folder, 'one'), { recursive: true });
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  it('takes tables, commands and plots between its lines, and keeps all other words', async () => {
    await writeFile(
      `${folder}.md`,
      'before\n\n<!-- results: one -->\nstale words\n<!-- end of results -->\n\nafter\n',
    );
    expect(await writePage(folder)).toBe(`${folder}.md`);
    const page = await readFile(`${folder}.md`, 'utf8');
    expect(page).toMatch(/^before\n\n<!-- results: one -->\n\n[\s\S]*<!-- end of results -->\n\nafter\n$/);
    expect(page).not.toContain('stale words');
    expect(page).toContain('npm run reproduce -- --data');
    expect(page).toContain('](results/one/plot.svg)');
    expect(await pageOf(`${folder}/`, page)).toBe(page);
  });

  it('refuses a page without a place for a grid, and no page', async () => {
    await expect(writePage(folder)).rejects.toThrow('COMPARE_NO_PAGE');
    await expect(pageOf(folder, 'nothing')).rejects.toThrow(/COMPARE_NOT_ON_PAGE.*'one'/s);
  });

  it('says where no run is finished yet', async () => {
    const blocks = ['one', 'two'].map((name) => `<!-- results: ${name} --><!-- end of results -->`);
    expect(await pageOf(folder, blocks.join('\n'))).toContain(
      '<!-- results: two -->\n\nNo run is finished yet.\n\n<!-- end of results -->',
    );
  });
});
