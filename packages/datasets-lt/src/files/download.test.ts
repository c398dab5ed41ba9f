import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { download, type DownloadOptions } from './download.js';
import type { DataProgress } from './progress.js';

const content = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31) >> 3));
const md5 = createHash('md5').update(content).digest('hex');

let folder: string;
let server: Server;
let ranges: (string | undefined)[];
let watch: (progress: DataProgress) => unknown;
let answer: (request: IncomingMessage, response: ServerResponse, from: number) => void;

const withRange = (response: ServerResponse, from: number) => {
  const headers = { 'content-length': content.length - from };
  const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
  response.writeHead(from > 0 ? 206 : 200, from > 0 ? { ...headers, ...range } : headers);
};
const whole: typeof answer = (_, response, from) => {
  withRange(response, from);
  response.end(content.subarray(from));
};
/** Sends at most `bytes` and breaks the connection off as soon as they are written. */
const cutAfter =
  (bytes: number): typeof answer =>
  (_, response, from) => {
    withRange(response, from);
    response.write(content.subarray(from, from + bytes));
    watch = ({ done }) => done === from + bytes && response.destroy();
  };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  ranges = [];
  answer = whole;
  watch = () => undefined;
  server = createServer((request, response) => {
    const range = request.headers.range;
    ranges.push(range);
    answer(request, response, range ? Number(/bytes=(\d+)-/.exec(range)?.[1]) : 0);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true });
});

const options = (change: Partial<DownloadOptions> = {}): DownloadOptions => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pictures.tar.gz`,
  md5,
  mostBytes: content.length,
  file: join(folder, 'deep', 'pictures.tar.gz'),
  pauseMs: 1,
  onProgress: (progress) => watch(progress),
  ...change,
});
const coded = (code: string) => expect.objectContaining({ code: `DATASETS_${code}` });
const gotWhole = async (file: string) => {
  expect((await readFile(file)).equals(content)).toBe(true);
  expect(existsSync(`${file}.part`)).toBe(false);
};

describe('download', () => {
  it('fetches once, tells its progress, and gives the file its name at the end', async () => {
    const seen: DataProgress[] = [];
    const wanted = options({ onProgress: (progress) => seen.push(progress) });
    await download(wanted);
    await gotWhole(wanted.file);
    expect(seen.at(-1)).toEqual({
      label: 'Downloading pictures.tar.gz',
      done: content.length,
      total: content.length,
    });
    expect(seen.every(({ done }, i) => i === 0 || done > seen[i - 1].done)).toBe(true);
    await download(wanted);
    expect(ranges).toEqual([undefined]);
  });

  it('resumes where a broken connection stopped', async () => {
    let times = 0;
    answer = (...args) => (times++ < 2 ? cutAfter(50_000) : whole)(...args);
    const wanted = options();
    await download(wanted);
    await gotWhole(wanted.file);
    expect(ranges).toEqual([undefined, 'bytes=50000-', 'bytes=100000-']);
  });

  it('gives up after its attempts, keeps the beginning, and resumes in a later run', async () => {
    answer = cutAfter(30_000);
    const wanted = options({ attempts: 2 });
    await expect(download(wanted)).rejects.toMatchObject({
      code: 'DATASETS_DOWNLOAD_FAILED',
      details: { received: 60_000 },
    });
    expect(existsSync(wanted.file)).toBe(false);
    answer = whole;
    const seen: number[] = [];
    await download({ ...wanted, onProgress: ({ done }) => seen.push(done) });
    await gotWhole(wanted.file);
    expect(ranges.at(-1)).toBe('bytes=60000-');
    expect(Math.min(...seen)).toBeGreaterThan(60_000);
  });

  it('starts again when the server knows no ranges', async () => {
    answer = (request, response) => whole(request, response, 0);
    const wanted = options({ file: join(folder, 'a') });
    await writeFile(`${wanted.file}.part`, 'something else');
    await download(wanted);
    await gotWhole(wanted.file);
  });

  it('takes a part that was already whole', async () => {
    answer = (_, response) => response.writeHead(416).end();
    const wanted = options({ file: join(folder, 'a') });
    await writeFile(`${wanted.file}.part`, content);
    await download(wanted);
    await gotWhole(wanted.file);
  });

  it('deletes what has a wrong checksum', async () => {
    const wanted = options({ md5: '0'.repeat(32) });
    await expect(download(wanted)).rejects.toMatchObject({
      code: 'DATASETS_CHECKSUM',
      details: { expected: '0'.repeat(32), found: md5 },
    });
    expect([wanted.file, `${wanted.file}.part`].some((file) => existsSync(file))).toBe(false);
  });

  it('does not repeat what the server refuses, but repeats what it fails at', async () => {
    answer = (_, response) => response.writeHead(404).end('no');
    await expect(download(options())).rejects.toThrow(/DATASETS_DOWNLOAD_FAILED.*HTTP status 404/);
    expect(ranges).toHaveLength(1);
    answer = (_, response) => response.writeHead(503).end();
    await expect(download(options({ attempts: 3 }))).rejects.toThrow(/HTTP status 503/);
    expect(ranges).toHaveLength(4);
  });

  it.each([
    ['a length', { 'content-length': 1e12 }],
    ['no length', {}],
  ])('stops a server that never ends, with %s, and keeps nothing of it', async (_what, headers) => {
    answer = (_, response) => {
      response.writeHead(200, headers);
      const more = () => void response.write(Buffer.alloc(65_536), (error) => error ?? setImmediate(more));
      more();
    };
    const wanted = options();
    await expect(download(wanted)).rejects.toThrow(
      /DATASETS_DOWNLOAD_FAILED.*expected 200000 bytes at most, the server (wants to send 1000000000000|sends more)/s,
    );
    expect(ranges).toHaveLength(1);
    expect(existsSync(`${wanted.file}.part`)).toBe(false);
  });

  it.each([
    ['nothing at all', () => undefined],
    ['headers only', (response: ServerResponse) => void response.writeHead(200).flushHeaders()],
    [
      'a drop at a time',
      (response: ServerResponse) => {
        withRange(response, 0);
        const timer = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('gives up a server that sends %s', async (_what, send) => {
    answer = (_, response) => send(response);
    const began = performance.now();
    await expect(download(options({ attempts: 2, stallMs: 100 }))).rejects.toThrow(
      /DATASETS_DOWNLOAD_FAILED.*bytes in 0\.1 s/s,
    );
    expect(performance.now() - began).toBeLessThan(5000);
    expect(ranges).toHaveLength(2);
  });

  it('starts again where the part is longer than the file can be', async () => {
    const wanted = options({ file: join(folder, 'a') });
    await writeFile(`${wanted.file}.part`, Buffer.alloc(content.length + 1));
    await download(wanted);
    await gotWhole(wanted.file);
    expect(ranges).toEqual([undefined]);
  });

  it('says at once where it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(download(options({ file: join(folder, 'file', 'a') }))).rejects.toThrow(
      /DATASETS_NOT_WRITTEN.*E(NOTDIR|EXIST)/s,
    );
    await mkdir(join(folder, 'b.part'));
    await expect(download(options({ file: join(folder, 'b') }))).rejects.toThrow(
      /DATASETS_NOT_WRITTEN.*EISDIR/s,
    );
  });

  it('names a server that does not answer', async () => {
    await expect(download(options({ url: 'http://127.0.0.1:1/a.tar.gz', attempts: 1 }))).rejects.toThrow(
      coded('DOWNLOAD_FAILED'),
    );
  });
});
