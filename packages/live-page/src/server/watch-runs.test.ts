import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { longRun } from '../long-run.fixture.js';
import { watchRuns } from './watch-runs.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'evenkeel-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('watchRuns', () => {
  it('serves nothing unless it is told to', async () => {
    const watch = await watchRuns();
    expect(watch.url).toBeUndefined();
    expect(watch.plugins('a', 'a.jsonl').map(({ name }) => name)).toEqual([
      '@evenkeel/live-page/measurements',
    ]);
    await watch.close();
    const live = await watchRuns({ live: true, port: 0 });
    expect(live.url).toMatch(/^http:\/\/127/);
    expect(live.plugins('a', 'a.jsonl')).toHaveLength(2);
    await live.close();
  });

  it('writes the report of the runs that are there, and tells a failure as a line', async () => {
    const watch = await watchRuns({ title: 'Both' });
    const path = join(folder, 'a.jsonl');
    writeFileSync(path, longRun({ epochs: 2, channels: 4, probe: 4 }).join('\n'));
    const runs = [
      { name: 'a', path },
      { name: 'b', path: join(folder, 'none.jsonl') },
    ];
    const out = join(folder, 'report.html');
    expect(await watch.report(runs, out)).toBe(`The report, a page for any browser, is in ${out}`);
    expect(readFileSync(out, 'utf8')).toContain('<title>Both</title>');
    expect(await watch.report(runs, folder)).toMatch(
      /^No report was written; the results are whole\. .*EISDIR/,
    );
  });
});
