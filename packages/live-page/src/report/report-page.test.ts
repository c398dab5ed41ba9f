import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  executablePath,
  launch,
  openPage,
  screenshot,
  seeAll,
  seriousFaults,
  skipped,
} from '../browser.fixture.js';
import { longRun } from '../long-run.fixture.js';
import { writeReport } from './write-report.js';

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
  if (executablePath) browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A report of runs with these lines, by name; gives its address. */
async function report(runs: Readonly<Record<string, readonly string[]>>, title?: string): Promise<string> {
  const sources = Object.entries(runs).map(([name, lines], at) => {
    const path = join(folder, `run-${at}.jsonl`);
    writeFileSync(path, lines.join('\n'));
    return { name, path };
  });
  const out = join(folder, `${Object.keys(runs).length}-runs.html`);
  await writeReport(sources, out, title);
  return pathToFileURL(out).href;
}

/** The numbers of a figure, as its table says them. */
async function numbersOf(page: Page, title: string): Promise<string[][]> {
  const figure = page.getByRole('figure', { name: title, exact: true });
  await figure.scrollIntoViewIfNeeded();
  await figure.getByText('Numbers').click();
  await figure.locator('table').waitFor();
  const rows = await figure.locator('tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
}

/** Whether something is drawn on the canvas of a figure: pixels of more than a few colours. */
async function isDrawn(page: Page, title: string): Promise<boolean> {
  const figure = page.getByRole('figure', { name: title, exact: true });
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('canvas').first().waitFor();
  await page.waitForTimeout(100);
  const colours = await figure
    .locator('canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): {
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
        };
      };
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4)
        seen.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2]);
      return seen.size;
    });
  return colours > 3;
}

const small = { epochs: 6, stepsPerEpoch: 20, everySteps: 5, channels: 8, probe: 30, lookEvery: 2 };
const lineOf = (lines: readonly string[], type: string) =>
  JSON.parse(lines.findLast((line) => line.includes(`"type":"${type}"`))!) as Record<
    string,
    number & number[]
  >;

describe('a report', () => {
  it('of 200 epochs with 100 classes and two runs stays far below 10 MB', async () => {
    const many = { classes: 100, channels: 64, everySteps: 10 };
    await report({ a: longRun(many), b: longRun({ ...many, seed: 2, balanced: true }) });
    expect(statSync(join(folder, '2-runs.html')).size).toBeLessThan(8e6);
  });
});

describe.skipIf(!executablePath)(`a report in a browser${skipped}`, () => {
  it('draws what the runs wrote', async () => {
    const runs = { plain: longRun(small), balanced: longRun({ ...small, seed: 2, balanced: true }) };
    const { page, failures } = await openPage(browser, await report(runs, 'Two runs'));
    await seeAll(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Two runs');
    const shown = (value: number) => `${(100 * value).toFixed(1)} %`;
    const ends = Object.values(runs).map((lines) => lineOf(lines, 'epoch'));

    const accuracy = await numbersOf(page, 'All');
    expect(accuracy[0]).toEqual(['epoch', 'plain', 'balanced']);
    expect(accuracy.at(-1)).toEqual(['6', ...ends.map(({ all }) => shown(all))]);

    // From the largest class to the smallest, runs beside each other at separate places.
    const classes = await numbersOf(page, 'By class, ordered by class size');
    expect(classes[0]).toEqual([
      'class, by number of training images',
      'training images',
      'plain',
      'balanced',
    ]);
    const named = classes.filter(([name]) => name === 'airplane').flat();
    expect(named).toEqual(
      expect.arrayContaining(['5,000', ...ends.map(({ perClass }) => shown(perClass[0]))]),
    );

    const losses = await numbersOf(page, 'Loss per step');
    expect(losses[0]).toEqual(['step', 'plain', 'balanced, base batches', 'balanced, embedded batches']);
    const last = lineOf(runs.plain, 'step');
    expect(Number(losses.at(-1)?.[1])).toBeCloseTo(last.loss, 3);

    expect((await numbersOf(page, 'Batches by tag')).slice(1)).toEqual([
      ['base', '20', '15'],
      ['embedded', '–', '5'],
    ]);
    expect(await page.getByRole('region', { name: 'Blocks: table' }).locator('tbody tr').count()).toBe(3);
    expect((await numbersOf(page, 'plain: Projection, before whitening'))[0][0]).toBe('group');
    expect((await numbersOf(page, 'Memory')).at(-1)?.[1]).toBe('863 MiB');
    for (const title of [
      'All',
      'Loss per step',
      'How often each class was drawn',
      'plain: Confusion',
      'balanced: First batches of the epoch',
      'Singular spectrum',
      'plain: Correlation, before whitening',
      'balanced: Projection, as the classifier sees them',
      'Effective rank',
      'Gradient norm',
      'Throughput',
      'Time waiting for data',
    ]) {
      expect(await isDrawn(page, title), title).toBe(true);
    }
    expect(failures).toEqual([]);
    await screenshot(page, 'report');
    await page.close();
  });

  it('hides a run that is switched off, and shows what stood at an earlier epoch', async () => {
    const { page } = await openPage(
      browser,
      await report({ plain: longRun(small), other: longRun({ ...small, seed: 3 }) }),
    );
    await page.getByRole('group', { name: 'Runs that are shown' }).getByLabel('other').uncheck();
    await seeAll(page);
    expect((await numbersOf(page, 'All'))[0]).toEqual(['epoch', 'plain']);
    await expect.poll(() => page.getByRole('figure', { name: 'other: Confusion' }).count()).toBe(0);

    const slider = page.locator('#features').getByLabel('Epoch', { exact: true });
    expect(await slider.getAttribute('aria-valuetext')).toBe('epoch 6 (newest)');
    const before = await numbersOf(page, 'plain: Projection, before whitening');
    await slider.focus();
    await page.keyboard.press('Home');
    expect(await slider.getAttribute('aria-valuetext')).toBe('epoch 2');
    const figure = page.getByRole('figure', { name: 'plain: Projection, before whitening' });
    await expect.poll(() => figure.locator('tbody tr').first().textContent()).not.toBe(before[1].join(''));
    await page.close();
  });

  it('can be read by keyboard', async () => {
    const { page } = await openPage(browser, await report({ plain: longRun(small) }));
    const figure = page.getByRole('figure', { name: 'All', exact: true });
    const chart = figure.locator('[aria-roledescription="chart"]');
    await chart.focus();
    await page.keyboard.press('Home');
    const readout = figure.locator('.readout');
    await expect.poll(() => readout.textContent()).toMatch(/^epoch 1plain \d+\.\d %$/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => readout.textContent()).toMatch(/^epoch 2/);
    expect(await chart.getAttribute('aria-label')).toMatch(/^All, over epoch; plain: from .* % to .* %$/);

    const confusion = page.getByRole('figure', { name: 'Confusion' });
    await confusion.scrollIntoViewIfNeeded();
    // It has a name when it is drawn.
    await confusion.locator('[aria-label]').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => confusion.locator('.readout').textContent())
      .toMatch(/^true automobile, predicted airplane: /);
    await page.close();
  });

  it.each([false, true])('has no serious fault of accessibility, dark: %s', async (dark) => {
    const { page } = await openPage(
      browser,
      await report({ plain: longRun(small), b: longRun({ ...small, balanced: true }) }),
      { dark },
    );
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, dark ? 'report-dark' : 'report-light');
    await page.close();
  });

  it('is legible on a narrow window, and prints in light colours', async () => {
    const { page } = await openPage(browser, await report({ plain: longRun(small) }), {
      dark: true,
      width: 420,
    });
    await seeAll(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(420);
    await screenshot(page, 'report-narrow');
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('html').getAttribute('data-theme')).toBe('light');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(30_000);
    await page.close();
  });

  it('shows hostile names as they are, and runs nothing of them', async () => {
    const evil = `<img src=x onerror="globalThis.evil=1"></script><script>globalThis.evil=2</script>`;
    const lines = longRun(small).map((line) =>
      line
        .replaceAll('airplane', JSON.stringify(evil).slice(1, -1))
        .replaceAll('"base"', JSON.stringify(evil)),
    );
    const hostile = [
      ...lines,
      JSON.stringify({ type: 'inspection', name: evil, epoch: 5, values: { [evil]: 1, __proto__: 2 } }),
    ];
    const { page, failures } = await openPage(browser, await report({ [evil]: hostile }, evil));
    await seeAll(page);
    expect(await page.title()).toBe(evil);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(evil);
    expect((await numbersOf(page, 'By class, ordered by class size'))[1][0]).toBe(evil);
    expect(await page.evaluate('globalThis.evil')).toBeUndefined();
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(failures).toEqual([]);
    await page.close();
  });

  it('says what was cut short, and shows the rest', async () => {
    const lines = longRun(small);
    const cut = [...lines.slice(0, -1), lines.at(-1)!.slice(0, 40)];
    const { page } = await openPage(browser, await report({ plain: cut }));
    expect(await page.locator('#notes').textContent()).toMatch(/its last, is cut short and left out/);
    expect((await numbersOf(page, 'All')).at(-1)?.[0]).toBe('5');
    await page.close();
  });
});
