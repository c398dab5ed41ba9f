import { messageOf } from '@evenkeel/errors';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { errors } from '../errors.js';

const PAGE = new URL('../../dist/page.html', import.meta.url);
/** Only a clone has it: the page there is built when its sources are newer. */
const BUILDER = new URL('../../page/build-page.mjs', import.meta.url);

/** Where the page's data goes. */
const DATA = /(?<=<script type="application\/json" id="data">)[^<]*/;
/** Where its policy stands. */
const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/;

/** The built page. */
export interface PageTemplate {
  /** Its content security policy. */
  readonly policy: string;
  /** The page with a title and data inside. */
  fill(data: unknown, title: string): string;
}

/** Reads the built page. Throws `LIVE_PAGE_PAGE_MISSING`. */
export async function pageTemplate(): Promise<PageTemplate> {
  try {
    if (existsSync(BUILDER)) await ((await import(BUILDER.href)) as Builder).buildWhereOld();
    const html = await readFile(PAGE, 'utf8');
    const [, policy] = POLICY.exec(html) ?? [];
    if (policy === undefined || !DATA.test(html)) throw new Error('it has no place for data');
    return {
      policy,
      fill: (data, title) =>
        html
          .replace(/<title>[^<]*<\/title>/, () => `<title>${escaped(title)}</title>`)
          .replace(DATA, () => asJson({ title, ...(data as object) })),
    };
  } catch (cause) {
    const reason = messageOf(cause);
    throw errors.PAGE_MISSING({ path: fileURLToPath(PAGE), reason }, { cause });
  }
}

interface Builder {
  buildWhereOld(): Promise<void>;
}

/** JSON that no HTML parser takes for anything else. */
function asJson(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
