// node page/compare-charts.mjs FOLDER [POINTS]: size and speed of chart libraries in Chromium. FOLDER has them:
// npm install --prefix FOLDER uplot echarts @observablehq/plot
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { build } from 'vite';

const [, , given, points = '100000'] = process.argv;
const folder = resolve(given);
const TURNS = 7;

/** Each draws x and y into an element, and gives a function that draws again with other numbers. */
const LIBRARIES = {
  uPlot: `
    import uPlot from 'uplot';
    export default (x, y, element) => {
      const options = { width: 800, height: 300, scales: { x: { time: false } }, series: [{}, { stroke: 'blue' }] };
      const plot = new uPlot(options, [x, y], element);
      return (next) => plot.setData([x, next]);
    };`,
  'ECharts (canvas, line and grid only)': `
    import { init, use } from 'echarts/core';
    import { LineChart } from 'echarts/charts';
    import { GridComponent } from 'echarts/components';
    import { CanvasRenderer } from 'echarts/renderers';
    use([LineChart, GridComponent, CanvasRenderer]);
    export default (x, y, element) => {
      const chart = init(element, null, { width: 800, height: 300 });
      const series = (values) => [{ type: 'line', showSymbol: false, data: x.map((at, place) => [at, values[place]]) }];
      chart.setOption({ animation: false, xAxis: { type: 'value' }, yAxis: { type: 'value' }, series: series(y) });
      return (next) => chart.setOption({ series: series(next) });
    };`,
  'Observable Plot (SVG)': `
    import { lineY, plot } from '@observablehq/plot';
    export default (x, y, element) => {
      const draw = (values) => {
        const marks = [lineY(values, { x: (_, at) => x[at], y: (value) => value })];
        element.replaceChildren(plot({ width: 800, height: 300, marks }));
      };
      draw(y);
      return draw;
    };`,
};

const executablePath = process.env.EVENKEEL_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rows = [];
for (const [name, source] of Object.entries(LIBRARIES)) {
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, source);
  const result = await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry, formats: ['es'], fileName: 'chart' }, minify: true },
  });
  const { code } = [result].flat()[0].output[0];
  const [first, again, busy] = [[], [], []];
  for (let turn = 0; turn < TURNS; turn++) {
    const page = await browser.newPage();
    await page.setContent('<div id="chart"></div>');
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const times = await page.evaluate(
      async ([text, count]) => {
        const { default: draw } = await import(
          URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
        );
        const x = Array.from({ length: count }, (_, at) => at);
        const y = (shift) => x.map((at) => Math.sin(at / 500 + shift) + Math.sin(at * 12.9898) / 3);
        const painted = () =>
          new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
        await painted();
        const times = [];
        const [one, two] = [y(0), y(1)];
        let from = performance.now();
        const redraw = draw(x, one, document.getElementById('chart'));
        await painted();
        times.push(performance.now() - from);
        from = performance.now();
        redraw(two);
        await painted();
        return [...times, performance.now() - from];
      },
      [code, Number(points)],
    );
    // Of the page's thread, for both drawings: what a machine without other work would need.
    const { metrics } = await session.send('Performance.getMetrics');
    busy.push(1000 * metrics.find(({ name }) => name === 'TaskDuration').value);
    first.push(times[0]);
    again.push(times[1]);
    await page.close();
  }
  rows.push([
    name,
    `${(code.length / 1024).toFixed(0)} KiB`,
    `${(gzipSync(code).length / 1024).toFixed(0)} KiB`,
    `${median(first).toFixed(0)} ms`,
    `${median(again).toFixed(0)} ms`,
    `${median(busy).toFixed(0)} ms`,
  ]);
}
await browser.close();
console.log(
  `| library | minified | gzipped | first drawing, ${Number(points).toLocaleString('en')} points | drawing again | processor time of both |`,
);
console.log('| --- | --- | --- | --- | --- | --- |');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
console.log(`load of the machine: ${loadavg()[0].toFixed(1)}`);
