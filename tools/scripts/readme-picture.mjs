#!/usr/bin/env node
// `node tools/scripts/readme-picture.mjs`: draws docs/pictures/cifar10-lt.svg, accuracy by shot, from the committed results of
// docs/results/cifar10-lt-if100-e200/table.json; with --check it only says whether the picture is current.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = join(root, 'docs', 'results', 'cifar10-lt-if100-e200', 'table.json');

/** What is drawn, in the order of the bars: a method's row, its name for people, its colour by day and by night. */
const METHODS = [
  { method: 'ce', name: 'plain training', day: '#8c959f', night: '#6e7681' },
  { method: 'crt', name: 'cRT, two stages', day: '#bf8700', night: '#d29922' },
  { method: 'whiten+crt', name: 'cRT on a whitened network', day: '#1a7f64', night: '#3fb68b' },
  {
    method: 'whiten+b3rs+bet+la',
    name: "end to end, the paper's modules",
    day: '#0969da',
    night: '#58a6ff',
  },
  {
    method: 'bn+cb+bet+la',
    name: 'end to end, batch norm and class-balanced batches',
    day: '#8250df',
    night: '#a371f7',
  },
];
const GROUPS = [
  { key: 'all', name: 'all classes', classes: '10 classes' },
  { key: 'many', name: 'many-shot', classes: 'the 3 largest' },
  { key: 'medium', name: 'medium-shot', classes: 'the 4 between' },
  { key: 'few', name: 'few-shot', classes: 'the 3 smallest' },
];

const WIDTH = 760;
const HEIGHT = 420;
const PLOT = { left: 48, right: 744, top: 116, bottom: 364 };
const BAR = 28;
const GAP = 4;
const GROUP = (PLOT.right - PLOT.left) / GROUPS.length;

const percent = (share) => (share * 100).toFixed(1);
const y = (share) => round(PLOT.bottom - share * (PLOT.bottom - PLOT.top));
const round = (value) => Math.round(value * 10) / 10;

/** The rows of METHODS; all of them with the same seeds, or a comparison would not be one. */
function readRows() {
  const table = JSON.parse(readFileSync(results, 'utf8'));
  const rows = METHODS.map((look) => ({ ...look, ...table.find(({ method }) => method === look.method) }));
  const seeds = new Set(rows.map((row) => String(row.seeds)));
  if (seeds.size !== 1) throw new Error(`${results}: ${[...seeds].join(' and ')} are other seeds`);
  return rows;
}

const style = (rows) => {
  const bars = (time) => rows.map((row, at) => `.m${at}{fill:${row[time]}}`).join('');
  return [
    'text{font:13px system-ui,sans-serif;fill:#1f2328}',
    '.title{font-size:17px;font-weight:600}.small{font-size:12px;fill:#59636e}.value{font-size:11px}',
    `.card{fill:#fff}.grid{stroke:#d1d9e0}.spread{stroke:#1f2328}${bars('day')}`,
    '@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.small{fill:#9198a1}',
    `.card{fill:#0d1117}.grid{stroke:#3d444d}.spread{stroke:#f0f6fc}${bars('night')}}`,
  ].join('');
};

/** One bar with its spread over seeds, where there are several, and its value above. */
function bar({ last, seeds }, at, key, left) {
  const { mean, std } = last[key];
  const x = round(left + at * (BAR + GAP));
  const middle = round(x + BAR / 2);
  return [
    `<rect class="m${at}" x="${x}" y="${y(mean)}" width="${BAR}" height="${round(PLOT.bottom - y(mean))}" rx="2"/>`,
    ...(seeds.length > 1
      ? [`<path class="spread" d="M${middle} ${y(mean + std)}V${y(Math.max(0, mean - std))}"/>`]
      : []),
    `<text class="value" x="${middle}" y="${round(y(mean + std) - 5)}" text-anchor="middle">${percent(mean)}</text>`,
  ].join('');
}

function group(rows, { key, name, classes }, at) {
  const wide = rows.length * BAR + (rows.length - 1) * GAP;
  const middle = PLOT.left + (at + 0.5) * GROUP;
  return [
    ...rows.map((row, place) => bar(row, place, key, middle - wide / 2)),
    `<text x="${middle}" y="${PLOT.bottom + 20}" text-anchor="middle">${name}</text>`,
    `<text class="small" x="${middle}" y="${PLOT.bottom + 37}" text-anchor="middle">${classes}</text>`,
  ].join('\n');
}

const line = (share) =>
  `<path class="grid" d="M${PLOT.left} ${y(share)}H${PLOT.right}"/>` +
  `<text class="small" x="${PLOT.left - 8}" y="${y(share) + 4}" text-anchor="end">${share * 100}</text>`;

const keys = (rows) => {
  let [x, top] = [PLOT.left, 66];
  return rows.map(({ name }, at) => {
    const wide = 18 + name.length * 7;
    if (x + wide > PLOT.right) [x, top] = [PLOT.left, top + 20];
    const drawn = `<rect class="m${at}" x="${x}" y="${top}" width="12" height="12" rx="2"/><text x="${x + 18}" y="${top + 11}">${name}</text>`;
    x += wide + 22;
    return drawn;
  });
};

/** What a number stands for. */
const meaning = ({ seeds }) =>
  seeds.length > 1 ? `mean ± standard deviation of seeds ${seeds.join(', ')}` : 'one seed, 5,000 test images';

/** The picture, as SVG that is readable by day and by night and tells its numbers to a screen reader. */
function draw(rows) {
  const told = rows.map(({ name, last, seeds }) => {
    const spread = ({ std }) => (seeds.length > 1 ? ` ± ${percent(std)}` : '');
    const values = GROUPS.map(
      (each) => `${each.name} ${percent(last[each.key].mean)}${spread(last[each.key])}`,
    );
    return `${name}: ${values.join(', ')}.`;
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-labelledby="title desc">`,
    '<title id="title">Test accuracy on CIFAR-10-LT, imbalance 100, by how many training images a class has</title>',
    `<desc id="desc">In percent, after 200 epochs, ${meaning(rows[0])}. ${told.join(' ')}</desc>`,
    `<style>${style(rows)}</style>`,
    `<rect class="card" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="title" x="${PLOT.left}" y="30">Test accuracy on CIFAR-10-LT, imbalance 100, in percent</text>`,
    `<text class="small" x="${PLOT.left}" y="50">ResNet-32, 200 epochs; ${meaning(rows[0])}</text>`,
    ...keys(rows),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map(line),
    ...GROUPS.map((each, at) => group(rows, each, at)),
    '</svg>',
  ].join('\n')}\n`;
}

const args = process.argv.slice(2);
const path = args.find((arg) => !arg.startsWith('--')) ?? join(root, 'docs', 'pictures', 'cifar10-lt.svg');
const current = draw(readRows());
if (!args.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, current);
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== current) {
  console.error(`${path} is not current. Run: node tools/scripts/readme-picture.mjs`);
  process.exitCode = 1;
}
