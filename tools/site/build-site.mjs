#!/usr/bin/env node
// `npm run site`: the site in dist/site, from README.md, docs, the packages' READMEs and the API reference. Pages are collected in
// dist/site-pages, with links to what is no page led to the repository; VitePress refuses a link that leads nowhere.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vitepress';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = join(root, 'dist', 'site-pages');

/** Where a reader finds files that are no pages: known in a workflow; elsewhere such links become plain words. */
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_SHA } = process.env;
const repository = GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${GITHUB_SHA}`;

const markdownIn = (folder) => readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
const readmesIn = (folder) =>
  readdirSync(join(root, folder))
    .map((name) => `${folder}/${name}/README.md`)
    .filter((path) => existsSync(join(root, path)));

/** The page of every file that has one. */
const pageOf = new Map(
  [
    'README.md',
    ...['ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CODE_OF_CONDUCT'].map((name) => `${name}.md`),
    ...markdownIn('docs').map((name) => `docs/${name}`),
    ...['packages', 'examples', 'tools'].flatMap(readmesIn),
  ].map((path) => [path, path.replace(/README\.md$/, 'index.md')]),
);

const pictures = new Set();

/** The text of a file as a page: its links lead to pages, pictures beside them, or the repository. */
function asPage(path, text) {
  const links = /\[([^\]]*)\]\((?!https?:|#)([^)#]+)(#[^)]*)?\)/g;
  return text.replace(links, (_all, words, link, anchor = '') => {
    const target = posix.join(posix.dirname(path), link);
    if (target.endsWith('.svg')) pictures.add(target);
    const page = pageOf.get(target) ?? (pictures.has(target) ? target : undefined);
    if (page !== undefined) return `[${words}](/${page}${anchor})`;
    return repository ? `[${words}](${repository}/${target}${anchor})` : words;
  });
}

rmSync(pages, { recursive: true, force: true });
for (const [path, page] of pageOf) {
  mkdirSync(dirname(join(pages, page)), { recursive: true });
  writeFileSync(join(pages, page), asPage(path, readFileSync(join(root, path), 'utf8')));
}
for (const path of pictures) {
  mkdirSync(dirname(join(pages, path)), { recursive: true });
  cpSync(join(root, path), join(pages, path));
}

await build(fileURLToPath(new URL('.', import.meta.url)));
if (!process.argv.includes('--pages-only')) {
  execFileSync(process.execPath, [join(root, 'tools', 'scripts', 'docs.mjs')], { stdio: 'inherit' });
  cpSync(join(root, 'dist', 'api'), join(root, 'dist', 'site', 'api'), { recursive: true });
  execFileSync('npm', ['run', 'page', '-w', 'examples/browser'], { cwd: root, stdio: 'inherit' });
  cpSync(join(root, 'examples', 'browser', 'dist', 'page'), join(root, 'dist', 'site', 'try'), {
    recursive: true,
  });
}
