// node page/measure-page.mjs [EPOCHS]: sizes, and how fast Chromium opens and redraws the report of two runs. After `tsc --build`.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';
import { writeReport } from '../dist/report/index.js';

const TURNS = 7;
const epochs = Number(process.argv[2] ?? 200);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
const { module } = await runnerImport(join(root, 'src', 'long-run.fixture.ts'));
const paths = [false, true].map((balanced, at) => {
  const path = join(folder, `${at}.jsonl`);
  writeFileSync(path, module.longRun({ epochs, balanced, seed: at + 1, everySteps: 10 }).join('\n'));
  return path;
});
const out = join(folder, 'report.html');
const writing = performance.now();
await writeReport(
  paths.map((path, at) => ({ path, name: String(at) })),
  out,
);
const written = performance.now() - writing;
const kib = (bytes) => `${Math.round(bytes / 1024).toLocaleString('en')} KiB`;
const built = readFileSync(join(root, 'dist', 'page.html'));
console.log(`page without data   ${kib(built.length)}, gzipped ${kib(gzipSync(built).length)}`);
console.log(`metrics.jsonl       ${paths.map((path) => kib(statSync(path).size)).join(' and ')}`);
console.log(`report              ${kib(statSync(out).size)}, written in ${Math.round(written)} ms`);

const executablePath = process.env.EVENKEEL_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const [opened, busy, heap, frames] = [[], [], [], []];
for (let turn = 0; turn < TURNS; turn++) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(pathToFileURL(out).href);
  // From the start of loading until the first screen is drawn.
  opened.push(
    await page.evaluate(async () => {
      while (!document.documentElement.dataset.ready || !document.querySelector('canvas')) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now();
    }),
  );
  // Of the page's thread: what a machine without other work would need.
  const { metrics } = await session.send('Performance.getMetrics');
  busy.push(1000 * metrics.find(({ name }) => name === 'TaskDuration').value);
  heap.push(await page.evaluate(() => performance.memory.usedJSHeapSize));
  // Scrolls through everything, a screen a second.
  frames.push(
    ...(await page.evaluate(async () => {
      const times = [];
      let last = performance.now();
      for (let top = 0; top < document.documentElement.scrollHeight; top += 16) {
        scrollTo({ top, behavior: 'instant' });
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - last);
        last = performance.now();
      }
      return times;
    })),
  );
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
frames.sort((a, b) => a - b);
const share = (part) => frames[Math.floor(part * (frames.length - 1))].toFixed(0);
console.log(
  `open                ${median(opened).toFixed(0)} ms until the first screen is drawn (least ${opened[0].toFixed(0)})`,
);
console.log(`processor time      ${median(busy).toFixed(0)} ms of the page's thread until then`);
console.log(
  `scroll              ${share(0.5)} ms a frame, 95 % within ${share(0.95)}, 99 % within ${share(0.99)}`,
);
console.log(`memory              ${kib(median(heap))} of JavaScript`);
console.log(`load of the machine ${loadavg()[0].toFixed(1)}`);
