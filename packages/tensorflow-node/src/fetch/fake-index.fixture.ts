import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** How a made package index misbehaves. */
export interface IndexFaults {
  /** Ends the first answers with a file after so many bytes, one number for each. */
  cuts?: number[];
  /** Sends so many bytes of a file and then nothing more, the connection kept open. */
  silentAfter?: number;
  /** Has no ranges: always the whole file. */
  noRanges?: boolean;
  /** Has HTML pages only. */
  html?: boolean;
  /** Answers this status to everything. */
  status?: number;
  /** Wants `name:password`. */
  password?: string;
  /** Sends more bytes than the file has. */
  tooMuch?: boolean;
}

/** A package index on this machine, with what it was asked for. */
export interface FakeIndex {
  readonly url: string;
  readonly faults: IndexFaults;
  /** Method, path and range of every request, in order. */
  readonly requests: string[];
}

/** Starts a package index with files by name, of one distribution; it ends with the test. */
export async function fakeIndex(
  distribution: string,
  files: Readonly<Record<string, Buffer>>,
  faults: IndexFaults = {},
): Promise<FakeIndex> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    requests.push(`${url}${headers.range === undefined ? '' : ` ${headers.range}`}`);
    if (faults.status !== undefined) return void response.writeHead(faults.status).end();
    if (faults.password !== undefined && !knows(request, faults.password))
      return void response.writeHead(401).end();
    if (url === `/simple/${distribution}/`) return sendPage(response, files, faults);
    const file = files[decodeURIComponent(url.replace('/files/', ''))];
    if (file === undefined) return void response.writeHead(404).end();
    sendFile(request, response, file, faults);
  });
  const { port } = await listen(server);
  return { url: `http://127.0.0.1:${port}/simple`, faults, requests };
}

/** Starts a server on a free port of this machine; it ends with the test, connections included. */
export async function listen(server: Server): Promise<AddressInfo> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.address() as AddressInfo;
}

function knows({ headers }: IncomingMessage, password: string): boolean {
  return headers.authorization === `Basic ${Buffer.from(password).toString('base64')}`;
}

function sendPage(
  response: ServerResponse,
  files: Readonly<Record<string, Buffer>>,
  { html = false }: IndexFaults,
): void {
  const entries = Object.entries(files).map(([filename, bytes]) => ({
    filename,
    url: `../../files/${encodeURIComponent(filename)}`,
    hashes: { sha256: createHash('sha256').update(bytes).digest('hex') },
    size: bytes.length,
  }));
  if (html) {
    const links = entries.map(
      ({ filename, url, hashes }) => `<a href="${url}#sha256=${hashes.sha256}">${filename}</a>`,
    );
    response
      .setHeader('content-type', 'text/html')
      .end(`<!DOCTYPE html><body>${links.join('<br>\n')}</body>`);
    return;
  }
  const page = { meta: { 'api-version': '1.1' }, name: 'any', files: entries };
  response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json').end(JSON.stringify(page));
}

function sendFile(
  { headers }: IncomingMessage,
  response: ServerResponse,
  file: Buffer,
  faults: IndexFaults,
): void {
  const from = faults.noRanges ? 0 : Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= file.length) return void response.writeHead(416).end();
  const rest = faults.tooMuch ? Buffer.concat([file, file]) : file.subarray(from);
  response.setHeader('content-length', rest.length);
  if (from > 0) response.setHeader('content-range', `bytes ${from}-${file.length - 1}/${file.length}`);
  response.statusCode = from > 0 ? 206 : 200;
  const cut = faults.cuts?.shift();
  if (faults.silentAfter !== undefined) response.write(rest.subarray(0, faults.silentAfter));
  else if (cut === undefined) response.end(rest);
  else response.write(rest.subarray(0, cut), () => setTimeout(() => response.destroy(), 20));
}
