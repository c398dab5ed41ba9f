import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { findChromium } from './find-chromium.fixture.js';

/** The browser of the tests; undefined: there is none. */
export const executablePath = findChromium();

/** What is said behind the names of tests that are skipped. */
export const skipped = executablePath
  ? ''
  : ', skipped: no Chromium found; install it or name it in EVENKEEL_CHROMIUM';

/** Starts the browser, headless. */
export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page and what went wrong on it: exceptions, refused scripts, failed requests. */
export async function openPage(
  browser: Browser,
  url: string,
  options: { readonly dark?: boolean; readonly width?: number } = {},
): Promise<{ page: Page; failures: string[] }> {
  const { dark = false, width = 1400 } = options;
  const page = await browser.newPage({
    viewport: { width, height: 1000 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const failures: string[] = [];
  page.on('pageerror', (error) => failures.push(error.message));
  page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
  await page.goto(url);
  await page.locator('html[data-ready]').waitFor({ state: 'attached' });
  return { page, failures };
}

/** Lets every figure come into view, so that all of them are drawn. */
export async function seeAll(page: Page): Promise<void> {
  const height = await page.evaluate('document.documentElement.scrollHeight');
  for (let top = 0; top < Number(height); top += 700) {
    await page.evaluate(`scrollTo({ top: ${top}, behavior: 'instant' })`);
    await page.waitForTimeout(60);
  }
  await page.evaluate(`scrollTo({ top: 0, behavior: 'instant' })`);
}

/** What axe-core finds to be serious or critical, in words. Its script comes in by the debugger, which no policy stops. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await seeAll(page);
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n  ')}`,
    );
}

/** Keeps a picture of a page in `coverage/screenshots`, to be looked at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = fileURLToPath(new URL('../coverage/screenshots/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
