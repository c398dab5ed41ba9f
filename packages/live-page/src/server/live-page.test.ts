import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import type { Trainer } from '@evenkeel/trainer-core';
import { fileCheckpoints, metricsFile } from '@evenkeel/trainer-core/node';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { executablePath, launch, openPage, screenshot, seriousFaults, skipped } from '../browser.fixture.js';
import { measurements } from '../measurements/measurements.js';
import { followRun } from './follow-run.js';
import { livePage } from './live-page.js';
import type { LivePageOptions } from './live-page.js';
import { servePage } from './serve-page.js';
import type { ServedPage } from './serve-page.js';

beforeAll(useCpuBackend);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'evenkeel-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const quiet = { port: 0, onServed: () => undefined };

describePlugin('livePage', () => livePage(quiet), {
  observer: true,
  wrongOptions: [
    {
      what: 'a port that there is not',
      make: () => livePage({ port: 1e6 }),
      code: 'LIVE_PAGE_BAD_OPTION',
      option: 'port',
    },
  ],
});

/** A trainer of three steps per epoch that is shown on `page`. */
function trainerOn(page: ServedPage, options: LivePageOptions = {}): Trainer {
  const metrics = join(folder, 'run', 'metrics.jsonl');
  return createTrainer({
    data: tinyDataset({ classCounts: [14, 6, 4] }),
    model: tinyBackbone(),
    batchSize: 8,
    plugins: [
      measurements(),
      metricsFile({ path: metrics, everySteps: 1 }),
      fileCheckpoints({ folder: join(folder, 'checkpoints'), everySteps: 1 }),
      livePage({ page, metrics, ...options }),
    ],
  });
}

const stepsOf = (page: ServedPage) => page.get('run')?.steps.get('base')?.columns().step;

describe('livePage', () => {
  it('shows every step and what was measured', async () => {
    const page = await servePage({ port: 0 });
    const trainer = trainerOn(page);
    const losses: number[] = [];
    trainer.hooks.step$.subscribe((event) => event.type === 'step-end' && losses.push(event.loss));
    const { evaluation } = await trainer.fit({ epochs: 2 });
    await expect.poll(() => page.get('run')?.state.phase).toBe('done');
    const run = page.get('run')!;
    expect(run.steps.get('base')?.columns(17).loss).toEqual(losses);
    expect(run.scalars.get('all')?.newest).toBe(evaluation?.all);
    expect(run.facts).toMatchObject({ epochs: 2, batches: 6, classCounts: [14, 6, 4] });
    expect(run.lists.has('confusion') && run.lists.has('measurements.drawn.base')).toBe(true);
    await trainer.dispose();
    await page.close();
  });

  it('shows what a resumed run did in another process, each step once', async () => {
    const first = await servePage({ port: 0 });
    const stopped = trainerOn(first);
    stopped.hooks.batch$.subscribe(
      (event) =>
        event.type === 'batch-end' && event.position.step === 3 && stopped.requests.requestStop('half-way'),
    );
    await stopped.fit({ epochs: 2 });
    await stopped.dispose();
    await first.close();
    expect(first.get('run')?.state).toMatchObject({ phase: 'stopped', reason: 'half-way' });

    const second = await servePage({ port: 0 });
    const resumed = trainerOn(second);
    await resumed.resume();
    await resumed.fit({ epochs: 2 });
    await expect.poll(() => second.get('run')?.state.phase).toBe('done');
    expect(stepsOf(second)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(second.get('run')?.scalars.get('loss')?.epochs).toEqual([0, 1]);
    await resumed.dispose();
    await second.close();
  });

  it('ends the run with a code when the page cannot be served', async () => {
    const taken = await servePage({ port: 0 });
    const port = Number(new URL(taken.url).port);
    const trainer = createTrainer({
      data: tinyDataset({ classCounts: [14, 6, 4] }),
      model: tinyBackbone(),
      plugins: livePage({ port }),
    });
    await expect(trainer.fit({ epochs: 100 })).rejects.toThrow(/LIVE_PAGE_NOT_SERVED/);
    await trainer.dispose();
    await taken.close();
  });

  it('follows the files of other runs: waits for them, hears what is added, reads a cut one again', async () => {
    const page = await servePage({ port: 0 });
    const path = join(folder, 'other.jsonl');
    const end = followRun(page, path, 'other');
    const epochs = () => page.get('other')?.scalars.get('loss')?.epochs;
    writeFileSync(path, '{"type":"epoch","epoch":0,"loss":2}\n{"type":"epoch","epo');
    await expect.poll(epochs).toEqual([0]);
    appendFileSync(path, 'ch":1,"loss":1}\n');
    await expect.poll(epochs).toEqual([0, 1]);
    truncateSync(path, 36);
    await expect.poll(epochs).toEqual([0]);
    end();
    await page.close();
  });
});

describe.skipIf(!executablePath)(`livePage in a browser${skipped}`, () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await launch()));
  afterAll(() => browser.close());

  const epochsOn = (view: Page) =>
    view.getByRole('article', { name: 'run' }).locator('dd').filter({ hasText: ' of ' }).textContent();

  it('shows a run while it is under way; a reload in its middle loses nothing', async () => {
    const served = await servePage({ port: 0, title: 'Live' });
    const trainer = trainerOn(served);
    const { page, failures } = await openPage(browser, served.url);
    let reached: () => void = () => undefined;
    let go: () => void = () => undefined;
    const middle = new Promise<void>((resolve) => (reached = resolve));
    const gate = new Promise<void>((resolve) => (go = resolve));
    const fit = fitTo(trainer, 6, 3, reached, gate);
    await middle;
    await expect.poll(() => epochsOn(page)).toBe('3 of 6');
    const before = served.get('run')!.pack();
    await page.reload();
    await expect.poll(() => epochsOn(page)).toBe('3 of 6');
    await page.getByText('Numbers of Loss per step').click();
    const figure = page.getByRole('figure', { name: 'Loss per step' });
    await expect.poll(() => figure.locator('tbody tr').count()).toBe(before.steps[0].columns.step.length);
    await expect.poll(() => page.getByRole('status').first().textContent()).toBe('live');
    go();
    await fit;
    await expect.poll(() => epochsOn(page)).toBe('6 of 6');
    await expect.poll(() => figure.locator('tbody tr').count()).toBe(18);
    await expect.poll(() => page.getByText('done').count()).toBe(1);
    expect(failures).toEqual([]);
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'live');
    await trainer.dispose();
    await served.close();
    await page.close();
  });
});

/** Trains, and stands still at the end of an epoch until the gate opens. */
async function fitTo(
  trainer: Trainer,
  epochs: number,
  pauseAt: number,
  reached: () => void,
  gate: Promise<void>,
) {
  trainer.hooks.epoch$.subscribe(({ type, position }) => {
    if (type === 'epoch-end' && position.epoch + 1 === pauseAt) trainer.requests.requestStop('pause');
  });
  await trainer.fit({ epochs });
  reached();
  await gate;
  await trainer.fit({ epochs });
}
