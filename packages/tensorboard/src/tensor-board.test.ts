import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTrainer } from '@evenkeel/trainer-core';
import type { TrainerEvent } from '@evenkeel/trainer-core';
import { fileCheckpoints } from '@evenkeel/trainer-core/node';
import { tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from './read-events.fixture.js';
import { tensorBoard } from './tensor-board.js';

beforeAll(useCpuBackend);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'evenkeel-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A run of three steps per epoch and its events; stopped after a step when that is said. */
async function run(epochs: number, stopAfter?: number): Promise<TrainerEvent[]> {
  const trainer = createTrainer({
    data: tinyDataset({ classCounts: [14, 6, 4] }),
    model: tinyBackbone(),
    batchSize: 8,
    plugins: [
      tensorBoard({ folder: join(folder, 'events'), everySteps: 1 }),
      fileCheckpoints({ folder: join(folder, 'checkpoints'), everySteps: 1, keepLast: 9 }),
    ],
  });
  const seen: TrainerEvent[] = [];
  trainer.hooks.events$.subscribe((event) => {
    seen.push(event);
    if (event.type === 'batch-end' && event.position.step + 1 === stopAfter)
      trainer.requests.requestStop('half-way');
  });
  await trainer.resume(undefined, { optional: true });
  await trainer.fit({ epochs });
  await trainer.dispose();
  return seen;
}

const events = () => readEvents(join(folder, 'events'));
const valuesOf = (tag: string) =>
  events().flatMap(({ step, scalars }) =>
    scalars.filter(([name]) => name === tag).map(([, value]) => [step, value]),
  );

describe('tensorBoard', () => {
  it('writes what the run measured, at the steps done', async () => {
    const seen = await run(2);
    const steps = seen.flatMap((event) => (event.type === 'step-end' ? [event] : []));
    const ends = seen.flatMap((event) => (event.type === 'epoch-end' ? [event] : []));
    expect(events()[0]).toMatchObject({ version: 'brain.Event:2', step: 0 });
    const single = (value: unknown) => Math.fround(value as number);
    expect(valuesOf('loss/base')).toEqual(
      steps.map(({ position, loss }) => [position.step + 1, single(loss)]),
    );
    expect(valuesOf('learning-rate')).toHaveLength(6);
    expect(valuesOf('epoch/loss')).toEqual(ends.map(({ position, loss }) => [position.step, single(loss)]));
    expect(valuesOf('evaluation/all')).toEqual(
      ends.map(({ position, evaluation }) => [position.step, single(evaluation?.all)]),
    );
    const perClass = ends.map(({ evaluation }) => (evaluation?.perClass as number[])[1]);
    const [, name] = tinyDataset({ classCounts: [14, 6, 4] }).classNames;
    expect(valuesOf(`accuracy-by-class/${name}`).map(([, value]) => value)).toEqual(perClass.map(single));
  });

  it('says in a new file from which step on an older one does not count', async () => {
    await run(2, 4);
    await run(2);
    expect(readdirSync(join(folder, 'events'))).toHaveLength(2);
    const sessions = events().filter(({ session }) => session !== undefined);
    expect(sessions).toMatchObject([{ session: 1, step: 5 }]);
    expect(valuesOf('loss/base').map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('ends the run with what is to be done when it cannot write', async () => {
    writeFileSync(join(folder, 'events'), 'a file in its place');
    await expect(run(1)).rejects.toThrow(/TENSORBOARD_NOT_WRITTEN.*EEXIST/s);
  });
});

/** A Python that has TensorBoard: the one that EVENKEEL_TENSORBOARD_PYTHON names, that of the benchmark's peers, or python3. */
function findPython(): string | undefined {
  const { EVENKEEL_TENSORBOARD_PYTHON, EVENKEEL_CACHE } = process.env;
  const cache = EVENKEEL_CACHE ?? join(homedir(), '.cache', 'evenkeel');
  const peers = join(cache, 'bench-peers', 'bin', 'python');
  return [EVENKEEL_TENSORBOARD_PYTHON, peers, 'python3'].find((python) => {
    if (!python || (python.includes('/') && !existsSync(python))) return false;
    try {
      execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

const READ = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0})
events.Reload()
tags = events.Tags()['scalars']
print(json.dumps({tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in tags}))
`;

const python = findPython();
const skipped = python
  ? ''
  : ', skipped: no Python with tensorboard; name one in EVENKEEL_TENSORBOARD_PYTHON';

describe.skipIf(!python)(`TensorBoard's own reader${skipped}`, () => {
  it('reads the same numbers, of a resumed run each step once', async () => {
    await run(2);
    // As a run that was killed: what it wrote after its last checkpoint is there twice.
    const checkpoints = join(folder, 'checkpoints');
    const lost = readdirSync(checkpoints).filter((name) => /00[56]\.safetensors$/.test(name));
    for (const name of lost) rmSync(join(checkpoints, name));
    const own = valuesOf('loss/base');
    await run(2);
    expect(valuesOf('loss/base').map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6, 5, 6]);
    const text = execFileSync(python!, ['-c', READ, join(folder, 'events')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const read = JSON.parse(text) as Record<string, [number, number][]>;
    const tags = new Set(events().flatMap(({ scalars }) => scalars.map(([tag]) => tag)));
    expect(Object.keys(read).sort()).toEqual([...tags].sort());
    expect(read['loss/base'].map(([step, value]) => [step, Math.fround(value)])).toEqual(own);
    for (const tag of tags) {
      const steps = read[tag].map(([step]) => step);
      expect(steps, tag).toEqual([...new Set(valuesOf(tag).map(([step]) => step))]);
    }
  });
});
