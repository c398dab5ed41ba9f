import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { downloadFile, type DownloadOptions } from './download-file.js';
import { fakeIndex, listen, type IndexFaults } from './fake-index.fixture.js';
import { openWeb } from './web.js';

const BYTES = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 251));

afterEach(() => vi.unstubAllEnvs());

/** A download of BYTES from an index with faults. */
async function setUp(faults: IndexFaults = {}, bytes: number | undefined = BYTES.length) {
  vi.stubEnv('NO_PROXY', '*');
  const index = await fakeIndex('thing', { thing: BYTES }, faults);
  const folder = temporaryFolder();
  const file = join(folder, 'thing');
  const get = async (options: DownloadOptions = {}, patience = 300): Promise<void> => {
    const web = openWeb({ proxy: undefined, cert: undefined }, patience);
    const download = { url: `${new URL(index.url).origin}/files/thing`, bytes, mostBytes: 4e6 };
    await downloadFile(web, download, file, { pause: 1, ...options }).finally(() => web.close());
  };
  return { ...index, folder, file, get };
}

describe('downloadFile', () => {
  it('fetches a file, tells how far it is, and leaves nothing else', async () => {
    const { folder, file, get } = await setUp();
    const heard: (readonly [number, number | undefined])[] = [];
    await get({ onBytes: (done, total) => heard.push([done, total]) });
    expect(readFileSync(file).equals(BYTES)).toBe(true);
    expect(readdirSync(folder)).toEqual(['thing']);
    expect(heard.at(0)).toEqual([0, BYTES.length]);
    expect(heard.at(-1)).toEqual([BYTES.length, BYTES.length]);
  });

  it('asks for the rest after each cut', async () => {
    const { file, requests, get } = await setUp({ cuts: [1_200_000, 1_100_000] });
    await get();
    expect(readFileSync(file).equals(BYTES)).toBe(true);
    expect(requests).toHaveLength(3);
    expect(requests[1]).toMatch(/^\/files\/thing bytes=\d+-$/);
  });

  it('resumes what another process left, and starts again where there are no ranges', async () => {
    for (const noRanges of [false, true]) {
      const { file, requests, get } = await setUp({ noRanges });
      writeFileSync(`${file}.part`, BYTES.subarray(0, 2_000_000));
      await get();
      expect(readFileSync(file).equals(BYTES)).toBe(true);
      expect(requests).toEqual(['/files/thing bytes=2000000-']);
    }
  });

  it('takes what is whole already without a request, and drops what is longer than the file', async () => {
    const { file, requests, get } = await setUp();
    writeFileSync(`${file}.part`, BYTES);
    await get();
    expect(requests).toEqual([]);
    writeFileSync(`${file}.part`, Buffer.concat([BYTES, BYTES]));
    await get();
    expect(readFileSync(file).equals(BYTES)).toBe(true);
  });

  it('gives a silent server up after three tries, and keeps what came', async () => {
    const { file, requests, get } = await setUp({ silentAfter: 1000 });
    await expect(get()).rejects.toThrow(/timeout/i);
    expect(requests).toHaveLength(3);
    expect(existsSync(`${file}.part`)).toBe(true);
    expect(existsSync(file)).toBe(false);
  });

  it('gives up at once where another try would not help', async () => {
    const { requests, get } = await setUp({ status: 404 });
    await expect(get()).rejects.toThrow(/answered 404/);
    expect(requests).toHaveLength(1);
    const busy = await setUp({ status: 503 });
    await expect(busy.get()).rejects.toThrow(/answered 503/);
    expect(busy.requests).toHaveLength(3);
  });

  it.each([[BYTES.length], [undefined]])('takes no more bytes than are expected (%s)', async (bytes) => {
    const { folder, get } = await setUp({ tooMuch: true }, bytes);
    await expect(get()).rejects.toThrow(/bytes at most, received more/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends when it is aborted, and keeps what came', async () => {
    const { file, get } = await setUp({ silentAfter: 1000 });
    const aborting = new AbortController();
    const got = get({ signal: aborting.signal }, 60_000);
    const outcome = expect(got).rejects.toThrow('enough');
    await vi.waitFor(() => expect(existsSync(`${file}.part`)).toBe(true), { timeout: 30_000 });
    aborting.abort(new Error('enough'));
    await outcome;
    expect(existsSync(`${file}.part`)).toBe(true);
  });

  it('goes through the proxy that the environment names', async () => {
    const { url, file, get } = await setUp();
    const through: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      through.push(String(request.url));
      const target = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    const { port } = await listen(proxy);
    vi.stubEnv('NO_PROXY', '');
    vi.stubEnv('no_proxy', '');
    vi.stubEnv('http_proxy', `http://127.0.0.1:${port}`);
    await get();
    expect(through).toEqual([new URL(url).host]);
    expect(existsSync(file)).toBe(true);
  });
});
