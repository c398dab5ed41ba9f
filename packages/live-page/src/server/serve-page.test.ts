import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { RunRecord } from '../model/run-record.js';
import { servePage } from './serve-page.js';
import type { ServedPage } from './serve-page.js';

let page: ServedPage | undefined;
afterEach(async () => {
  await page?.close();
  page = undefined;
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(url: string, method = 'GET', headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (piece) => (body += String(piece)));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

/** The messages of a stream until there are so many. */
function messages(url: string, many: number): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const call = request(`${url}events`, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += String(piece);
        const found = text.split('\n\n').filter((part) => part.startsWith('data: '));
        if (found.length < many) return;
        call.destroy();
        resolve(found.map((part) => JSON.parse(part.slice(6)) as unknown));
      });
    });
    call.on('error', reject);
    call.end();
  });
}

describe('servePage', () => {
  it('is for this machine alone, and for reading', async () => {
    page = await servePage({ port: 0, title: 'a <b>' });
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, headers, body } = await ask(page.url);
    expect(status).toBe(200);
    expect(body).toContain('<title>a &lt;b&gt;</title>');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
    );
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect((await ask(page.url, 'HEAD')).body).toBe('');
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      expect((await ask(page.url, method)).status, method).toBe(405);
    }
    for (const path of ['metrics.jsonl', '../package.json', '%2e%2e/package.json', 'events/']) {
      expect((await ask(page.url + path)).status, path).toBe(404);
    }
  });

  it('answers no site that was renamed to this machine, and no page of another site', async () => {
    page = await servePage({ port: 0 });
    expect((await ask(page.url, 'GET', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(`${page.url}events`, 'GET', { host: 'evil.example:80' })).status).toBe(403);
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
    expect((await ask(`${page.url}events`, 'GET', foreign)).status).toBe(403);
    // A link from elsewhere may lead here.
    expect((await ask(page.url, 'GET', { ...foreign, 'sec-fetch-mode': 'navigate' })).status).toBe(200);
    expect((await ask(page.url, 'GET', { host: 'localhost:1' })).status).toBe(200);
  });

  it('tells whoever comes all that was before, then what is new', async () => {
    page = await servePage({ port: 0 });
    const run = new RunRecord('a');
    page.put(run);
    page.add('a', { type: 'epoch', epoch: 0, loss: 2 });
    const heard = messages(page.url, 2);
    await expect.poll(() => page!.url).toBeTruthy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    page.add('a', { type: 'epoch', epoch: 1, loss: 1 });
    page.add('a', { type: 'epoch', epoch: 2, loss: 0.5 });
    page.add('nobody', { type: 'epoch', epoch: 2, loss: 0.5 });
    const [whole, news] = (await heard) as [
      { run: ReturnType<RunRecord['pack']> },
      { name: string; lines: object[] },
    ];
    expect(whole.run.scalars.loss).toEqual({ epochs: [0], values: [2] });
    expect(news).toEqual({
      name: 'a',
      lines: [
        { type: 'epoch', epoch: 1, loss: 1 },
        { type: 'epoch', epoch: 2, loss: 0.5 },
      ],
    });
    const [later] = (await messages(page.url, 1)) as [{ run: ReturnType<RunRecord['pack']> }];
    expect(later.run.scalars.loss).toEqual({ epochs: [0, 1, 2], values: [2, 1, 0.5] });
  });

  it('takes another port when its usual one is taken, and says so of a chosen one', async () => {
    page = await servePage();
    const second = await servePage();
    expect(second.url).not.toBe(page.url);
    await second.close();
    const port = Number(new URL(page.url).port);
    await expect(servePage({ port })).rejects.toThrow(/LIVE_PAGE_NOT_SERVED.*EADDRINUSE/);
  });

  it.each([{ port: -1 }, { port: 70000 }, { host: '' }, { prot: 1 }])('refuses %j', async (options) => {
    await expect(servePage(options as never)).rejects.toThrow(/LIVE_PAGE_BAD_OPTION.*of servePage/);
  });
});
