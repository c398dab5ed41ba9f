import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { heatmap, lineChart } from './charts.js';
import { htmlReport } from './html-report.js';
import { readRun } from './read-run.js';
import type { Run } from './run.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'evenkeel-'))));
afterEach(() => rm(folder, { recursive: true }));

async function written(...lines: string[]): Promise<string> {
  const path = join(folder, 'metrics.jsonl');
  await writeFile(path, lines.join('\n'));
  return path;
}

const run = (name: string, shift: number): Run => ({
  name,
  epochs: [0, 1].map((epoch) => ({
    epoch,
    values: { loss: 2 - epoch + shift, all: 0.5, perClass: [0.25, 0.75] },
  })),
  diagnostics: [0, 1].map((epoch) => ({
    epoch,
    values: {
      rawCorrelation: 0.3 + shift / 10,
      hessianCondition: epoch === 0 ? null : 1234 + shift,
      'drift.embedded': 0.1,
      margins: [1, -0.5],
      rawCorrelationMatrix: [1, 0.5, 0.5, 1],
    },
  })),
});

describe('htmlReport', () => {
  it('compares runs on one page that needs nothing else', async () => {
    const html = await htmlReport([run('plain', 0), run('a <b> & c', 1)], 'Two runs');
    expect(html).toContain('<h1>Two runs</h1>');
    expect(html).toContain('a &lt;b&gt; &amp; c');
    expect(html).not.toMatch(/<script|<link|src=/);
    for (const title of [
      'Training loss',
      'Channel correlation, raw features',
      'Covariance drift, embedded batches',
    ]) {
      expect(html).toContain(title);
    }
    // Both runs' last condition numbers are in the table, and the null of the first epoch is not drawn.
    expect(html).toMatch(/<td>1234<\/td>[\s\S]*<td>1235<\/td>/);
    // Loss, accuracy, correlation, condition, drift; margins, classes; a matrix for each run.
    expect(html.match(/<svg/g)).toHaveLength(5 + 2 + 2);
  });
});

describe('lineChart', () => {
  it('gives a run the same colour in every chart, also where another is missing', async () => {
    const point = (name: string, x: number) => ({ run: name, x, y: x });
    const labels = { title: 't', x: 'x', y: '', runs: ['a', 'b'] };
    const coloursOf = (chart: string) => new Set(chart.match(/stroke="#[0-9a-f]{6}" stroke-width="2"/g));
    const both = coloursOf(
      await lineChart([point('a', 1), point('a', 2), point('b', 1), point('b', 2)], labels),
    );
    const second = coloursOf(await lineChart([point('b', 1), point('b', 2)], labels));
    expect([...both]).toHaveLength(2);
    expect([...second]).toEqual([[...both][1]]);
  });
});

describe('heatmap', () => {
  it('stays small for the 64 channels of ResNet-32', async () => {
    const picture = await heatmap(
      Array.from({ length: 64 * 64 }, (_, at) => Math.sin(at)),
      't',
    );
    expect(picture.match(/d="M\d+,\d+h4v4h-4Z" fill/g)).toHaveLength(64 * 64);
    expect(picture.length).toBeLessThan(60 * 64 * 64);
  });
});

describe('readRun', () => {
  it('tells epochs from diagnostics', async () => {
    const path = await written(
      '{"type":"step","epoch":0,"step":1,"loss":2}',
      '{"type":"inspection","name":"diagnostics","epoch":0,"step":2,"seconds":1,"values":{"rawCorrelation":0.5,"weightNorms":[1,2]}}',
      '{"type":"inspection","name":"another","epoch":0,"values":{"x":1}}',
      '{"type":"epoch","epoch":0,"step":2,"loss":1.5,"all":0.25}',
      '',
    );
    const { epochs, diagnostics, name } = await readRun(path, 'a');
    expect(name).toBe('a');
    expect(epochs).toEqual([{ epoch: 0, values: { epoch: 0, step: 2, loss: 1.5, all: 0.25 } }]);
    expect(diagnostics).toEqual([
      { epoch: 0, values: { rawCorrelation: 0.5, weightNorms: [1, 2] } },
      { epoch: 0, values: { 'another.x': 1 } },
    ]);
  });

  it('names the file and the line that is wrong', async () => {
    await expect(readRun(join(folder, 'none'), 'a')).rejects.toThrow(
      /DIAGNOSTICS_NO_SUCH_FILE.*none.*ENOENT/s,
    );
    const path = await written('{"type":"epoch"}', 'loss 1.5', '');
    await expect(readRun(path, 'a')).rejects.toThrow(/DIAGNOSTICS_NOT_METRICS.*Line 2/s);
    await expect(readRun(await written('[1]'), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
    await expect(readRun(await written('{"type":"step"}'), 'a')).rejects.toThrow(/NOTHING_FOUND.*'step'/s);
  });

  it('leaves a last line out that was cut short, and says so', async () => {
    const lines = ['{"type":"epoch","epoch":0,"loss":2}', '{"type":"epoch","epoch":1,"lo'];
    const { epochs, notes } = await readRun(await written(...lines), 'a');
    expect(epochs).toHaveLength(1);
    expect(notes).toEqual([expect.stringMatching(/^Line 2 of '.*metrics\.jsonl'.*cut short/)]);
    await expect(readRun(await written(lines[1], lines[0], ''), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
    await expect(readRun(await written('{"type":"ep'), 'a')).rejects.toThrow(/NOT_METRICS.*Line 1/s);
  });

  it('reads or refuses any lines by a coded error, and what it reads can be drawn', async () => {
    const field = fc.oneof(fc.jsonValue(), fc.double(), fc.array(fc.oneof(fc.double(), fc.constant(null))));
    const line = fc.oneof(
      fc.record(
        {
          type: fc.constantFrom('epoch', 'inspection', 'step', 1, null),
          epoch: fc.oneof(fc.nat(5), fc.jsonValue()),
          name: fc.oneof(fc.constant('diagnostics'), fc.jsonValue()),
          values: fc.oneof(
            fc.dictionary(fc.constantFrom('margins', 'rawCorrelationMatrix', 'x'), field),
            field,
          ),
          loss: field,
          perClass: field,
        },
        { requiredKeys: [] },
      ),
      fc.jsonValue(),
    );
    const text = fc.array(
      fc.oneof(
        line.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      { maxLength: 5 },
    );
    let drawn = 0;
    await fc.assert(
      fc.asyncProperty(text, async (lines) => {
        const found = await readRun(await written(...lines), 'a').catch((error: unknown) => {
          expect(error).toMatchObject({ code: expect.stringMatching(/^DIAGNOSTICS_/) as string });
          return undefined;
        });
        if (found && drawn++ < 5) expect(await htmlReport([found])).toContain('</html>');
      }),
      { numRuns: Number(process.env.EVENKEEL_FUZZ_RUNS ?? 300) },
    );
  });
});
