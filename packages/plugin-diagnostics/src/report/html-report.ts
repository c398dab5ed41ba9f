import { heatmap, lineChart } from './charts.js';
import type { Point } from './charts.js';
import { AT_THE_END, MATRICES, OVER_EPOCHS, tagFigure } from './figures.js';
import type { Figure } from './figures.js';
import type { Run, RunEpoch } from './run.js';

/**
 * One HTML page, without scripts or links to elsewhere, that compares runs: numbers over epochs, spectra and classes at
 * the last look, correlation matrices, a table of last values, and each formula beside its figure.
 */
export async function htmlReport(runs: readonly Run[], title = 'Diagnostics'): Promise<string> {
  const names = runs.map((run) => run.name);
  const byTag = [...new Set(runs.flatMap(keysOf))].flatMap((key) => tagFigure(key) ?? []);
  const overEpochs = await figures([...OVER_EPOCHS, ...byTag], (figure) => {
    const points = runs.flatMap((run) => pointsOverEpochs(run, figure.value));
    return drawn(points, { title: figure.title, x: 'epoch', y: '', log: figure.log, runs: names });
  });
  const atTheEnd = await figures(AT_THE_END, (figure) => {
    const points = runs.flatMap((run) => pointsOfList(run, figure.value));
    return drawn(points, { title: figure.title, x: figure.x, y: '', log: figure.log, runs: names });
  });
  const matrices = await Promise.all(
    runs.flatMap((run) =>
      MATRICES.map(async ({ value, title: stage }) => {
        const matrix = lastList(run, value);
        return matrix ? `<figure>${await heatmap(matrix, `${run.name}: ${stage}`)}</figure>` : '';
      }),
    ),
  );
  return page(title, [
    section('Last values', table(runs, [...OVER_EPOCHS, ...byTag])),
    section('Over epochs', overEpochs),
    section('At the last look', atTheEnd),
    section('Correlation of channels', matrices.join('\n')),
  ]);
}

const valuesOf = (run: Run): readonly RunEpoch[] => [...run.epochs, ...run.diagnostics];
const keysOf = (run: Run): string[] => valuesOf(run).flatMap(({ values }) => Object.keys(values));

function pointsOverEpochs(run: Run, value: string): Point[] {
  return valuesOf(run).flatMap(({ epoch, values }) => {
    const y = values[value];
    return typeof y === 'number' ? [{ run: run.name, x: epoch + 1, y }] : [];
  });
}

function lastList(run: Run, value: string): readonly (number | null)[] | undefined {
  const last = valuesOf(run).findLast(({ values }) => Array.isArray(values[value]))?.values[value];
  return Array.isArray(last) ? (last as readonly (number | null)[]) : undefined;
}

function pointsOfList(run: Run, value: string): Point[] {
  return (lastList(run, value) ?? []).flatMap((y, x) => (y === null ? [] : [{ run: run.name, x, y }]));
}

async function drawn(
  points: readonly Point[],
  labels: Parameters<typeof lineChart>[1],
): Promise<string | undefined> {
  return points.length > 0 ? lineChart(points, labels) : undefined;
}

async function figures<F extends Figure>(
  all: readonly F[],
  draw: (figure: F) => Promise<string | undefined>,
): Promise<string> {
  const parts = await Promise.all(
    all.map(async (figure) => {
      const chart = await draw(figure);
      const caption = `<figcaption>${escaped(figure.meaning)}</figcaption>`;
      return chart ? `<figure>${chart}${caption}</figure>` : '';
    }),
  );
  return parts.filter(Boolean).join('\n');
}

function table(runs: readonly Run[], figuresShown: readonly Figure[]): string {
  const columns = figuresShown.filter(({ value }) =>
    runs.some((run) => pointsOverEpochs(run, value).length > 0),
  );
  const head = ['run', ...columns.map((figure) => figure.title)].map((text) => `<th>${escaped(text)}</th>`);
  const rows = runs.map((run) => {
    const cells = columns.map(({ value }) => pointsOverEpochs(run, value).at(-1)?.y);
    const shown = cells.map((cell) => `<td>${cell === undefined ? '' : Number(cell.toPrecision(4))}</td>`);
    return `<tr><th>${escaped(run.name)}</th>${shown.join('')}</tr>`;
  });
  return `<table><tr>${head.join('')}</tr>\n${rows.join('\n')}</table>`;
}

function section(title: string, content: string): string {
  return `<h2>${escaped(title)}</h2>\n<div>${content}</div>`;
}

function page(title: string, sections: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.4 sans-serif; margin: 2rem auto; max-width: 84rem; padding: 0 1rem; color: #222; background: #fff; }
div { display: flex; flex-wrap: wrap; gap: 1rem; overflow-x: auto; }
figure { margin: 0; }
figcaption { max-width: 28rem; color: #555; font-size: 0.85rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #ccc; padding: 0.3rem 0.5rem; text-align: right; font-size: 0.85rem; }
</style>
<h1>${escaped(title)}</h1>
${sections.join('\n')}
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
