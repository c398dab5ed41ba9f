import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineOptions, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import type { RunRecord } from '../model/run-record.js';
import { pageTemplate } from '../report/page-template.js';
import type { PageTemplate } from '../report/page-template.js';
import { RunBoard } from './run-board.js';

/** Where a page is served. */
export interface ServePageOptions {
  /** Address to listen on; default `127.0.0.1`, which only this machine reaches. Whoever reaches it can read, nobody can write. */
  readonly host?: string;
  /** Port; 0: any that is free. Default 6160, or any that is free when that is taken. */
  readonly port?: number;
  /** Heading of the page; default `Training runs`. */
  readonly title?: string;
}

/** The options of `servePage`. */
export const servePageOptions = defineOptions('servePage', errors.BAD_OPTION, {
  host: text('an address').default('127.0.0.1'),
  port: whole(0, 65535).optional('6160, or any that is free'),
  title: text().default('Training runs'),
} satisfies SpecOf<ServePageOptions>);

/** A page that is being served. */
export interface ServedPage {
  /** Where it is, such as `http://127.0.0.1:6160/`. */
  readonly url: string;
  /** Shows a run, in the place of an older one of its name. */
  put(run: RunRecord): void;
  /** The run of a name, as it is shown. */
  get(name: string): RunRecord | undefined;
  /** Adds a line, as in `metrics.jsonl`, to a run that is shown. */
  add(name: string, line: object): void;
  /** Ends it; pages that are open keep what they show. */
  close(): Promise<void>;
}

/** How long pages have to read the last of it, ms. */
const PATIENCE = 500;
const USUAL_PORT = 6160;
/** Bytes that a page may lag behind before it is disconnected; it connects again and gets everything at once. */
const LAG = 8 * 2 ** 20;

/**
 * Serves the page that shows runs: to this machine alone by default, for reading only. It answers `GET` and `HEAD` of `/` and
 * `/events`, where the name it was called by is its own, so that no other site can read it through a browser. It does not keep
 * the process alive. Throws `LIVE_PAGE_BAD_OPTION`, `LIVE_PAGE_PAGE_MISSING`, `LIVE_PAGE_NOT_SERVED`.
 */
export async function servePage(options: ServePageOptions = {}): Promise<ServedPage> {
  const { host, port, title } = servePageOptions.read(options);
  const template = await pageTemplate();
  const board = new RunBoard();
  const server = createServer((request, response) => {
    answer(request, response, { template, title, board, host });
  });
  await listen(server, host, port);
  server.unref();
  server.on('connection', (socket) => socket.unref());
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}/`,
    put: (run) => board.put(run),
    get: (name) => board.get(name),
    add: (name, line) => board.add(name, line),
    close: () => {
      board.close();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Whoever does not read what was written is not waited for.
        setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
      });
    },
  };
}

async function listen(server: Server, host: string, port: number | undefined): Promise<void> {
  try {
    await listenOn(server, host, port ?? USUAL_PORT);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (port === undefined && code === 'EADDRINUSE') return listen(server, host, 0);
    throw errors.NOT_SERVED({ host, port: port ?? USUAL_PORT, reason: message }, { cause });
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Served {
  readonly template: PageTemplate;
  readonly title: string;
  readonly board: RunBoard;
  readonly host: string;
}

function answer(request: IncomingMessage, response: ServerResponse, served: Served): void {
  const { template, title } = served;
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', `${template.policy}; frame-ancestors 'none'`);
  if (!isOwnName(request, served.host)) return refuse(response, 403, 'Forbidden');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    return refuse(response, 405, 'Method Not Allowed');
  }
  const [path] = (request.url ?? '/').split('?');
  if (path === '/events') return stream(request, response, served);
  if (path !== '/') return refuse(response, 404, 'Not Found');
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end(request.method === 'HEAD' ? undefined : template.fill({ live: true, runs: [] }, title));
}

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Loopback by its names and numbers; what a page of another site was renamed to is none of them. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** Whether a request was meant for this server: by name, and not from a page of another site. */
function isOwnName({ headers }: IncomingMessage, host: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate') return false;
  return LOOPBACK.test(headers.host ?? '') || !isLoopback(host);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text}\n`);
}

/** Server-sent events: first every run, then what is new. */
function stream(request: IncomingMessage, response: ServerResponse, { board }: Served): void {
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  if (request.method === 'HEAD') return void response.end();
  response.flushHeaders();
  response.write('retry: 1000\n\n');
  const end = board.listen((message) => {
    if (response.writableLength > LAG) return void response.destroy();
    response.write(`data: ${JSON.stringify(message)}\n\n`);
    if ('closed' in message) response.end();
  });
  response.on('close', end);
}
