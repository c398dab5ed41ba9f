import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { build, preview } from 'vite';
import type { PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from './find-chromium.fixture.js';
import { unpackImages } from './images-file.js';
import { pageConfig } from './page-config.js';
import { train } from './train.js';

const executablePath = findChromium();
const title = executablePath
  ? ''
  : ', skipped: no Chromium found; install it or name it in EVENKEEL_CHROMIUM';

describe.skipIf(!executablePath)(`the page${title}`, () => {
  const servers: PreviewServer[] = [];
  let outDir: string;
  let browser: Browser;

  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'evenkeel-page-'));
    const config = pageConfig({ train: 240, testPerClass: 10 });
    await build({ ...config, configFile: false, logLevel: 'silent', build: { ...config.build, outDir } });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(servers.map((server) => server.close()));
    await rm(outDir, { recursive: true, force: true });
  });

  /** The page, served as `vite preview` does, `isolated` from other origins or not. */
  async function open(isolated: boolean): Promise<Page> {
    const server = await preview({
      ...pageConfig(),
      configFile: false,
      logLevel: 'silent',
      build: { outDir },
      preview: { port: 0, ...(!isolated && { headers: {} }) },
    });
    servers.push(server);
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.getByLabel('Epochs').fill('2');
    await page.getByLabel('Images per batch').fill('32');
    return page;
  }

  it('is as small as its README says, and a little', async () => {
    const folder = join(outDir, 'assets');
    const loaded = (await readdir(folder)).filter((name) => /\.js$|threaded-simd.*\.wasm$/.test(name));
    const sizes = await Promise.all(
      loaded.map(async (name) => gzipSync(await readFile(join(folder, name))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(450_000);
  });

  it('trains on SIMD and threads to the numbers of Node', async () => {
    const page = await open(true);
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    await page.getByRole('button', { name: 'Train' }).click();
    await page.getByText(/^(Done|Failed)/).waitFor();
    const status = (await page.getByRole('status').textContent()) ?? '';
    const backend = (await page.locator('#backend').textContent()) ?? '';
    const row = await page.locator('tbody td').allTextContents();
    expect(failures).toEqual([]);
    expect(backend).toMatch(
      /^WebAssembly, SIMD on, threads on: \d+\. Data: fashion-mnist-lt \(imbalance 100, limit 240\)/,
    );

    const { threads } = await useBackend('wasm', { threads: Number(/threads on: (\d+)/.exec(backend)?.[1]) });
    const losses: number[] = [];
    const data = unpackImages(await readFile(join(outDir, 'images.bin')));
    const settings = { method: 'end-to-end', epochs: 2, batch: 32, seed: 1 } as const;
    const { all } = await train(data, settings, (event) => {
      if (event.type === 'step-end') losses.push(event.loss);
    });
    expect(threads).toBeGreaterThan(1);
    expect(status).toBe(
      `Done: ${losses.length} steps, the last with a loss of ${losses.at(-1)?.toFixed(3)}.`,
    );
    expect(row.slice(0, 2)).toEqual(['end-to-end', `${(100 * all!).toFixed(1)} %`]);
  });

  it('says so where it may not use threads', async () => {
    const page = await open(false);
    await page.getByRole('button', { name: 'Train' }).click();
    await page.getByText('threads off (the page is not cross-origin isolated)').waitFor();
  });
});
