import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import { LOSS } from '../roles/core-roles.js';
import { memoryStream, tinyTrainer, useFolder } from './node.fixture.js';
import { progressBar } from './progress-bar.js';
import type { ProgressBarOptions } from './progress-bar.js';
import { FakeTerminal } from './terminal.fixture.js';

useFolder();

describe('progressBar without a terminal', () => {
  it('leaves a line per epoch', async () => {
    const stream = memoryStream();
    const trainer = tinyTrainer(progressBar({ stream, label: 'tiny', everySeconds: 0 }));
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    const lines = stream.text.trim().split('\n');
    const epochs = lines.filter((line) => line.includes('reading'));
    expect(epochs).toHaveLength(2);
    expect(epochs[1]).toMatch(
      /^tiny epoch 2\/2 {2}loss \d\.\d{3} {2}rate 0\.\d+ {2}all \d+\.\d% {2}many .* few \d+\.\d% {2}\d+ images\/s {2}reading \d+\.\d% {2}\d+ MB {2}ETA 0s$/,
    );
    expect(lines[0]).toMatch(/^tiny epoch 1\/2 {2}16\.7% {2}loss .* {2}rate .*ETA/);
  });
});

it.each([false, true])('shows logged numbers that are asked for, on a terminal: %s', async (onTerminal) => {
  const terminal = new FakeTerminal();
  const stream = memoryStream();
  const logging = definePlugin({
    name: 'logging',
    version: '1.0.0',
    api: '^2.0',
    setup: ({ roles }) =>
      roles.decorate(LOSS, (inner) => ({
        ...inner,
        name: 'logging',
        loss(logits, context) {
          context.log('half', tf.scalar(0.5));
          context.log('other', tf.scalar(7));
          return inner.loss(logits, context);
        },
      })),
  });
  const shown = progressBar({ stream: onTerminal ? terminal.stream : stream, logged: ['half', 'absent'] });
  const trainer = tinyTrainer([shown, logging]);
  await trainer.fit({ epochs: 1 });
  await trainer.dispose();
  const text = onTerminal ? terminal.lines.join('\n') : stream.text;
  expect(text).toMatch(/epoch 1\/1 .*loss [\d.]+ {2}half 0\.5 {2}rate .*reading/);
  expect(text).not.toMatch(/other|absent/);
});

describe.each([false, true])('a label that is a function, on a terminal: %s', (onTerminal) => {
  it('is asked again for every line', async () => {
    const terminal = new FakeTerminal();
    const stream = memoryStream();
    let asked = 0;
    const label = () => `${asked++} asked`;
    const trainer = tinyTrainer(progressBar({ stream: onTerminal ? terminal.stream : stream, label }));
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    const text = onTerminal ? terminal.lines.join('\n') : stream.text;
    const seen = Array.from(text.matchAll(/(\d+) asked epoch \d\/2 .*reading/g), ([, number]) =>
      Number(number),
    );
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBeGreaterThan(seen[0]);
  });
});

describe('progressBar on a terminal', () => {
  it('shows a bar while the run is under way', async () => {
    const terminal = new FakeTerminal();
    const trainer = tinyTrainer(progressBar({ stream: terminal.stream, label: 'tiny' }));
    const seen: string[] = [];
    trainer.hooks.epoch$.subscribe(({ type }) => type === 'epoch-end' && seen.push(terminal.lines.at(-1)!));
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(seen[0]).toMatch(
      /^tiny epoch 2\/2 \[=+-+\] 50% {2}loss \d\.\d+ {2}rate [\d.]+ {2}all \d+\.\d% {2}many .* few .* images\/s {2}\d+ MB {2}ETA \d+s$/,
    );
  });

  it('is one line, and lines that are folded, in a terminal of 40 columns', async () => {
    const terminal = new FakeTerminal(24, 40);
    const trainer = tinyTrainer(progressBar({ stream: terminal.stream, label: 'end-to-end' }));
    const bars: (string | undefined)[] = [];
    trainer.hooks.epoch$.subscribe(({ type }) => type === 'epoch-end' && bars.push(terminal.lines.at(-1)));
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(bars[0]).toMatch(/^end-to-end epoch 2\/2 .*50%/);
    const { lines } = terminal;
    for (const line of [...bars, ...lines]) expect(line!.length).toBeLessThan(40);
    expect(lines.filter((line) => /^end-to-end epoch \d\/2 {2}loss/.test(line))).toHaveLength(2);
    const folded = lines.join(' ').replaceAll(/ {2,}/g, '  ');
    expect(folded).toMatch(/epoch 1\/2 {2}loss .* many .* reading .* MB {2}ETA \S+ end-to-end epoch 2\/2/);
  });

  it('follows a terminal that becomes narrower', async () => {
    const terminal = new FakeTerminal();
    const trainer = tinyTrainer(progressBar({ stream: terminal.stream }));
    const bars: string[] = [];
    trainer.hooks.epoch$.subscribe(({ type, position }) => {
      if (type === 'epoch-start' && position.epoch === 1) terminal.columns = 30;
      if (type === 'epoch-end') bars.push(terminal.lines.at(-1)!);
    });
    await trainer.fit({ epochs: 2 });
    await trainer.dispose();
    expect(bars[0].length).toBeGreaterThan(60);
    expect(terminal.lines.filter((line) => line.length >= 30 && !bars.includes(line))).toHaveLength(1);
  });

  it.each([24, 4])(
    'leaves the lines of epochs, and what others wrote, on a screen of %d rows',
    async (rows) => {
      const terminal = new FakeTerminal(rows);
      terminal.write('header 1\nheader 2\n');
      const trainer = tinyTrainer(progressBar({ stream: terminal.stream, label: 'tiny' }));
      trainer.hooks.epoch$.subscribe(
        ({ type, position }) => type === 'epoch-start' && terminal.write(`\nnote ${position.epoch}\n`),
      );
      await trainer.fit({ epochs: 4 });
      terminal.write('result\n');
      const lines = terminal.lines.filter((line) => !line.includes('['));
      expect(lines.map((line) => line.replace(/\/4.*/, ''))).toEqual([
        ...['header 1', 'header 2'],
        ...['note 0', 'tiny epoch 1', 'note 1', 'tiny epoch 2', 'note 2', 'tiny epoch 3', 'note 3'],
        ...['tiny epoch 4', 'result'],
      ]);
      await trainer.dispose();
    },
  );

  it('goes when the run fails, and never touches the cursor or other modes', async () => {
    const terminal = new FakeTerminal();
    const trainer = tinyTrainer(progressBar({ stream: terminal.stream }));
    trainer.hooks.step$.subscribe(({ position }) => {
      if (position.step === 1) throw new Error('boom');
    });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('boom');
    expect(terminal.lines).toEqual([]);
    expect(terminal.modes).toEqual([]);
    await trainer.dispose();
  });
});

describe('the options of progressBar', () => {
  it.each([{ everySeconds: -1 }, { everySeconds: '30' }, { everySeconds: Infinity }, { label: 7 }])(
    '%j is refused',
    (options) => {
      expect(() => progressBar(options as ProgressBarOptions)).toThrow(
        /TRAINER_NODE_BAD_OPTION.*of progressBar:/,
      );
    },
  );
});
