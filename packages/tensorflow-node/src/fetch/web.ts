import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { PipSettings } from './pip-settings.js';

/** Asks for addresses as this machine's settings want it. */
export interface Web {
  /** Asks for an address; a user name and password in it go into a header. Rejects where no answer comes. */
  get(url: string, options?: WebOptions): Promise<Response>;
  close(): Promise<void>;
}

/** How one address is asked for. */
export interface WebOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** How long silence is waited out, in milliseconds: for a connection, for an answer, between two parts of one. */
export const PATIENCE = 15_000;

/**
 * Opens the web by pip's settings: through `proxy`, else through what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name (in either
 * case), with the authorities of `cert` besides Node's.
 * Throws Error where `cert` cannot be read.
 */
export function openWeb(
  { proxy, cert }: Pick<PipSettings, 'proxy' | 'cert'>,
  patience: number = PATIENCE,
): Web {
  const tls = cert === undefined ? {} : { ca: [...rootCertificates, readCertificates(cert)] };
  const agent = new EnvHttpProxyAgent({
    ...(proxy !== undefined && { httpProxy: proxy, httpsProxy: proxy }),
    connect: { ...tls, timeout: patience },
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  return {
    get(url, { headers, signal } = {}) {
      const { address, authorization } = withoutPassword(url);
      const all = { 'user-agent': 'evenkeel', ...authorization, ...headers };
      return fetch(address, { dispatcher: agent, headers: all, signal });
    },
    close: () => agent.destroy(),
  };
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    // Of the settings, not of the cache: the code of the file system would say otherwise.
    throw new Error(`the certificates that pip is told could not be read: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** fetch refuses addresses with passwords in them. */
function withoutPassword(url: string): { address: URL; authorization: Record<string, string> } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address, authorization: {} };
  address.username = address.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, authorization: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** Why something could not be fetched, in one line; undici hides the reason behind "fetch failed" and "terminated". */
export function whyNot(error: unknown): string {
  const { message, cause } = error as Error;
  if (!(cause instanceof Error) || !/^(fetch failed|terminated)$/.test(message)) return message;
  const inner =
    cause instanceof AggregateError ? (cause.errors.at(-1) as Error | undefined)?.message : cause.message;
  return `${message}: ${inner || (cause as NodeJS.ErrnoException).code}`;
}
