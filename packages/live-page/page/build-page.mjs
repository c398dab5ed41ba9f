// Builds dist/page.html: markup, style and script in one file that loads nothing, with a policy that allows just these.
// `node page/build-page.mjs` builds it; in a clone it is also built when it is asked for and older than its sources.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'dist', 'page.html');
const SOURCES = ['page', 'src/model'];

/** Builds the page where there is none, or where one of its sources is newer. */
export async function buildWhereOld() {
  const built = changed(page);
  const newest = Math.max(...SOURCES.flatMap((folder) => filesOf(join(root, folder))).map(changed));
  if (built < newest) await buildPage();
}

/** Builds the page into `out`, whole or not at all. */
export async function buildPage(out = page) {
  const { build } = await import('vite');
  const { output } = await build({
    configFile: false,
    root: join(root, 'page'),
    logLevel: 'error',
    build: { write: false, target: 'es2022', modulePreload: false, license: false },
  });
  const text = (pattern) => {
    const found = output.filter(({ fileName }) => pattern.test(fileName));
    if (found.length !== 1) throw new Error(`expected one file like ${pattern}, built ${found.length}`);
    return String(found[0].code ?? found[0].source);
  };
  const script = text(/\.js$/).trim().replaceAll('</script', '<\\/script');
  const style = text(/\.css$/).trim();
  const policy = [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = text(/\.html$/)
    .replace(/\s*<script type="module"[^>]*><\/script>/, '')
    .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
    .replace('POLICY', policy)
    .replace('</head>', () => `<style>${style}</style>\n</head>`)
    .replace('</body>', () => `<script type="module">${script}</script>\n</body>`);
  mkdirSync(dirname(out), { recursive: true });
  const aside = `${out}.${process.pid}.part`;
  writeFileSync(aside, html);
  renameSync(aside, out);
}

function digest(text) {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** When a file was changed, ms; 0 where there is none. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
