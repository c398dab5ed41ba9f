import type { Web } from './web.js';
import { readBounded } from './read-bounded.js';

/** A file that a package index offers. */
export interface IndexFile {
  readonly name: string;
  readonly url: string;
  /** Hexadecimal digest as the index publishes it, undefined where it does not. */
  readonly sha256: string | undefined;
  readonly bytes: number | undefined;
}

const JSON_PAGE = 'application/vnd.pypi.simple.v1+json';
const ACCEPT = `${JSON_PAGE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1`;
const MOST_BYTES = 50e6;

/**
 * The files of a distribution (such as `tensorflow-cpu`) on a package index: its JSON page, and the HTML one of indexes that have no
 * other (PEP 691 and 503). User name and password of the index go along to files on the same host.
 * Throws Error with what the index answered.
 */
export async function filesOnIndex(
  web: Web,
  index: string,
  distribution: string,
  signal?: AbortSignal,
): Promise<readonly IndexFile[]> {
  const page = new URL(`${distribution.toLowerCase().replace(/[-_.]+/g, '-')}/`, withSlash(index));
  const response = await web.get(page.href, { headers: { accept: ACCEPT }, signal });
  const text = await readBounded(response, MOST_BYTES);
  if (!response.ok) throw new Error(`${hostOf(page)} answered ${response.status} to ${page.pathname}`);
  const base = new URL(response.url || page.href);
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  const files = json ? fromJson(text) : fromHtml(text);
  return files.map((file) => ({ ...file, url: withPasswordOf(page, new URL(file.url, base)).href }));
}

function fromJson(text: string): IndexFile[] {
  const { files } = JSON.parse(text) as { readonly files?: unknown };
  if (!Array.isArray(files)) throw new Error('its page is not one of a package index');
  return files.flatMap((file: Record<string, unknown>) => {
    const { filename, url, size, hashes } = file;
    if (typeof filename !== 'string' || typeof url !== 'string') return [];
    const sha256 = (hashes as Record<string, unknown> | undefined)?.sha256;
    return [
      {
        name: filename,
        url,
        sha256: typeof sha256 === 'string' ? sha256.toLowerCase() : undefined,
        bytes: typeof size === 'number' ? size : undefined,
      },
    ];
  });
}

function fromHtml(text: string): IndexFile[] {
  return Array.from(text.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>/gi), ([, href]) => {
    const [url, fragment = ''] = href.replaceAll('&amp;', '&').split('#');
    const name = decodeURIComponent(url.split('?')[0].split('/').at(-1) ?? '');
    const sha256 = /(?:^|&)sha256=([0-9a-f]{64})/i.exec(fragment)?.[1].toLowerCase();
    return { name, url, sha256, bytes: undefined };
  });
}

/** A password is for the host that it was given for. */
function withPasswordOf(page: URL, file: URL): URL {
  if (file.host === page.host && page.username !== '') {
    file.username = page.username;
    file.password = page.password;
  }
  return file;
}

function withSlash(index: string): string {
  return index.endsWith('/') ? index : `${index}/`;
}

function hostOf(url: URL): string {
  return `'${url.host}'`;
}
