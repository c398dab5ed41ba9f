import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longRun } from '../long-run.fixture.js';
import { unpackNumbers } from './number-list.js';
import { parseLine } from './run-line.js';
import { RunRecord } from './run-record.js';

function recordOf(lines: readonly string[]): RunRecord {
  const run = new RunRecord('a');
  for (const line of lines) {
    const parsed = parseLine(line);
    if (parsed) run.apply(parsed);
  }
  return run;
}

describe('RunRecord', () => {
  it('tells steps, epochs and inspections apart', () => {
    const run = recordOf([
      '{"type":"fit","epoch":0,"epochs":3,"data":"d","classNames":["x","y"],"classCounts":[5,1],"shotGroups":["medium","few"]}',
      '{"type":"step","epoch":0,"step":1,"tag":"base","loss":2,"learningRate":0.1,"logged":{"gradientNorm":3}}',
      '{"type":"inspection","name":"diagnostics","epoch":0,"step":2,"seconds":1,"values":{"rawCorrelation":0.5,"weightNorms":[1,2]}}',
      '{"type":"inspection","name":"another","epoch":0,"values":{"x":1}}',
      '{"type":"epoch","epoch":0,"step":2,"loss":1.5,"all":0.25,"logged":{"gradientNorm":3}}',
      '{"type":"state","epoch":0,"phase":"running","step":1}',
    ]);
    expect(run.facts).toEqual({
      epochs: 3,
      data: 'd',
      classNames: ['x', 'y'],
      classCounts: [5, 1],
      shotGroups: ['medium', 'few'],
    });
    expect(run.state).toEqual({ phase: 'running', step: 1 });
    expect(Object.fromEntries(Array.from(run.scalars, ([key, { values }]) => [key, values]))).toEqual({
      rawCorrelation: [0.5],
      'another.x': [1],
      loss: [1.5],
      all: [0.25],
      'logged.gradientNorm': [3],
    });
    expect(run.lists.get('weightNorms')?.all()).toEqual([{ epoch: 0, value: [1, 2] }]);
    expect(run.steps.get('base')?.columns()).toMatchObject({ step: [1], loss: [2], gradientNorm: [3] });
    expect(run.epochs).toBe(1);
  });

  it('cuts large matrices down to every k-th channel, and makes shares of confusion', () => {
    const size = 200;
    const matrix = Array.from({ length: size * size }, (_, at) => Math.floor(at / size) / size);
    const values = { rawCorrelationMatrix: matrix };
    const run = new RunRecord('a');
    run.apply({ type: 'inspection', name: 'diagnostics', epoch: 0, values });
    run.apply({ type: 'epoch', epoch: 0, confusion: [3, 1, 0, 0] });
    const kept = unpackNumbers(run.lists.get('rawCorrelationMatrix')!.newest!.value);
    expect(Math.sqrt(kept.length)).toBe(67);
    expect(kept[67]).toBeCloseTo(3 / 200, 2);
    expect(run.lists.get('confusion')!.newest!.value).toEqual([0.75, 0.25, null, null]);
  });

  it('is the same after a page has carried it, and takes in more from there', () => {
    const lines = longRun({ epochs: 70, classes: 12, balanced: true, channels: 50, probe: 30 });
    const first = recordOf(lines);
    const packed = JSON.parse(JSON.stringify(first.pack())) as ReturnType<RunRecord['pack']>;
    const second = RunRecord.from(packed);
    expect(second.pack()).toEqual(packed);
    second.apply({ type: 'epoch', epoch: 70, all: 0.5 });
    expect(second.scalars.get('all')?.epochs.at(-1)).toBe(70);
  });

  it('forgets what came after a checkpoint', () => {
    const lines = longRun({ epochs: 6, stepsPerEpoch: 10, everySteps: 5, probe: 4, channels: 4 });
    const run = recordOf(lines);
    run.rewind(4, 40);
    const until = lines.filter((line) => (parseLine(line)?.epoch ?? 0) < 4);
    const { scalars, lists, steps } = recordOf(until).pack();
    const kept = run.pack();
    expect(kept.scalars).toEqual(scalars);
    expect(kept.lists).toEqual(lists);
    expect(kept.steps).toEqual(steps);
  });

  it('takes in findings without a name, or with an object in its place', () => {
    const lines = [undefined, { toString: [] }, 3].map((name) =>
      JSON.stringify({ type: 'inspection', epoch: 0, name, values: { loss: 1 } }),
    );
    expect(Object.keys(recordOf(lines).pack().scalars)).toEqual(['nameless.loss']);
  });

  it('takes in any line', () => {
    const field = fc.oneof(fc.jsonValue(), fc.double(), fc.array(fc.oneof(fc.double(), fc.constant(null))));
    const names = fc.constantFrom(
      'loss',
      'perClass',
      'confusion',
      'rawCorrelationMatrix',
      '__proto__',
      'logged',
    );
    const line = fc
      .record({
        type: fc.constantFrom('fit', 'step', 'epoch', 'inspection', 'state'),
        epoch: fc.integer({ min: -1, max: 5 }),
        step: field,
        tag: field,
        name: field,
        values: fc.oneof(fc.dictionary(names, field), field),
        logged: fc.oneof(fc.dictionary(names, field), field),
        classNames: field,
        phase: field,
      })
      .chain((fixed) => fc.dictionary(names, field).map((free) => ({ ...free, ...fixed })));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const run = recordOf(lines.map((each) => JSON.stringify(each)));
        const packed = JSON.parse(JSON.stringify(run.pack())) as ReturnType<RunRecord['pack']>;
        expect(RunRecord.from(packed).pack()).toEqual(packed);
      }),
      { numRuns: Number(process.env.EVENKEEL_FUZZ_RUNS ?? 200) },
    );
  });
});
