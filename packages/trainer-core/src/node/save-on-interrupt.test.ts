import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileCheckpoints } from './file-checkpoints.js';
import { memoryStream, tinyTrainer, useFolder } from './node.fixture.js';
import { progressBar } from './progress-bar.js';
import { saveOnInterrupt } from './save-on-interrupt.js';
import { FakeTerminal } from './terminal.fixture.js';
import type { PluginInput } from '../contract/plugin.js';
import type { Trainer } from '../trainer.js';

const folder = useFolder();
const handlers = () =>
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).reduce((sum, signal) => sum + process.listenerCount(signal), 0);
const path = (step: number) => join(folder(), `step-00000000${step}.safetensors`);
const howToResume = (location: string) => `again from ${location}`;
const ASKED = 'Stopping when what is under way is finished. Press Ctrl-C again to stop at once and lose it.';
/** Presses Ctrl-C at the beginning of a step. */
const interruptAt = (trainer: Trainer, step: number, signal: NodeJS.Signals = 'SIGINT') =>
  trainer.hooks.step$.subscribe(
    ({ type, position }) => type === 'step-start' && position.step === step && process.emit(signal, signal),
  );

afterEach(() => vi.restoreAllMocks());

describe('saveOnInterrupt', () => {
  it.each([undefined, 1])(
    'finishes the step, saves once, says how to resume (everySteps: %s)',
    async (everySteps) => {
      const stream = memoryStream();
      const before = handlers();
      const trainer = tinyTrainer([
        fileCheckpoints({ folder: folder(), everySteps }),
        saveOnInterrupt({ stream, howToResume }),
      ]);
      interruptAt(trainer, 1);
      const result = await trainer.fit({ epochs: 2 });
      expect(result).toMatchObject({ reason: 'interrupted by SIGINT', interrupted: true, steps: 2 });
      expect(stream.text).toBe(`${ASKED}\nSaved '${path(2)}' after step 2.\nagain from ${path(2)}\n`);
      expect(handlers()).toBe(before);
      await trainer.fit({ epochs: 2 });
      expect(stream.text.split('\n')).toHaveLength(4);
      await trainer.dispose();
    },
  );

  it('says that there is nothing to resume when the run was complete', async () => {
    const stream = memoryStream();
    const trainer = tinyTrainer([fileCheckpoints({ folder: folder() }), saveOnInterrupt({ stream })]);
    trainer.hooks.events$.subscribe(
      ({ type }) => type === 'evaluation-start' && process.emit('SIGINT', 'SIGINT'),
    );
    expect(await trainer.fit({ epochs: 1 })).toMatchObject({ reason: 'done', interrupted: false });
    expect(stream.text).toBe(`${ASKED}\nThe run was complete: nothing is left to resume.\n`);
    await trainer.dispose();
  });

  it('takes its handlers away when a run fails, and has each once in the next', async () => {
    const before = handlers();
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const trainer = tinyTrainer([
      fileCheckpoints({ folder: folder() }),
      saveOnInterrupt({ stream: memoryStream() }),
    ]);
    let during = 0;
    const boom = trainer.hooks.step$.subscribe(() => {
      during = handlers() - before;
      throw new Error('boom');
    });
    await expect(trainer.fit({ epochs: 1 })).rejects.toThrow('boom');
    expect([during, handlers() - before]).toEqual([3, 0]);
    boom.unsubscribe();
    interruptAt(trainer, 1);
    expect(await trainer.fit({ epochs: 1 })).toMatchObject({ reason: 'interrupted by SIGINT', steps: 2 });
    expect(exit).not.toHaveBeenCalled();
    expect(handlers()).toBe(before);
    await trainer.dispose();
  });

  /** Two signals, the second so many ms later. */
  async function twice(second: NodeJS.Signals, ms: number, plugins: PluginInput = []) {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const stream = memoryStream();
    const trainer = tinyTrainer([plugins, saveOnInterrupt({ stream, howToResume })]);
    const begin = performance.now();
    trainer.hooks.step$.subscribe(({ type, position }) => {
      if (type !== 'step-start' || position.step !== 1) return;
      process.emit('SIGTERM', 'SIGTERM');
      const now = vi.spyOn(performance, 'now').mockReturnValue(begin + 1e5 + ms);
      process.emit(second, second);
      process.emit(second, second);
      now.mockRestore();
    });
    const result = await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    return { result, codes: exit.mock.calls.map(([code]) => code), text: stream.text };
  }

  it('ends the process at once by a second Ctrl-C, and says what is kept', async () => {
    const { codes, text } = await twice('SIGINT', 1000);
    expect(codes[0]).toBe(130);
    expect(text).toContain('Stopped at once.\nNothing of this run was saved.\n');
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('loses nothing by a second %s', async (signal) => {
    const { result, codes, text } = await twice(signal, 1000, fileCheckpoints({ folder: folder() }));
    expect(codes).toEqual([]);
    expect(result).toMatchObject({ reason: 'interrupted by SIGTERM', steps: 2 });
    expect(text.split('\n').slice(1)).toEqual([
      'Still finishing what is under way: wait, and nothing is lost.',
      `Saved '${path(2)}' after step 2.`,
      `again from ${path(2)}`,
      '',
    ]);
  });

  it('takes a Ctrl-C that comes twice for one', async () => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const trainer = tinyTrainer(saveOnInterrupt({ stream: memoryStream() }));
    interruptAt(trainer, 1);
    interruptAt(trainer, 1);
    expect(await trainer.fit({ epochs: 1 })).toMatchObject({ interrupted: true, steps: 2 });
    expect(exit).not.toHaveBeenCalled();
    await trainer.dispose();
  });

  it('never says of memory that it is saved', async () => {
    const stream = memoryStream();
    const trainer = tinyTrainer(saveOnInterrupt({ stream, howToResume }));
    interruptAt(trainer, 1);
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(stream.text).toMatch(/Nothing of this run is left when the process ends.*fileCheckpoints/);
    expect(stream.text).not.toMatch(/Saved|again from/);
  });

  it('writes whole lines beside a progress bar', async () => {
    const terminal = new FakeTerminal(5);
    const { stream } = terminal;
    const trainer = tinyTrainer([
      fileCheckpoints({ folder: folder() }),
      progressBar({ stream }),
      saveOnInterrupt({ stream, howToResume: () => 'again' }),
    ]);
    interruptAt(trainer, 4);
    await trainer.fit({ epochs: 3 });
    await trainer.dispose();
    expect(terminal.lines).toEqual([
      expect.stringMatching(/^epoch 1\/3 .*reading/),
      ASKED,
      `Saved '${path(5)}' after step 5.`,
      'again',
    ]);
  });

  it('refuses a hint that is not a function', () => {
    expect(() => saveOnInterrupt({ howToResume: 'x' as never })).toThrow('TRAINER_NODE_BAD_OPTION');
  });

  it('stops and saves when nobody reads the output any more', async () => {
    const stream = memoryStream();
    const trainer = tinyTrainer([
      fileCheckpoints({ folder: folder() }),
      saveOnInterrupt({ stream, howToResume }),
    ]);
    trainer.hooks.step$.subscribe(
      ({ type, position }) =>
        type === 'step-start' &&
        position.step === 1 &&
        process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    );
    const before = process.stderr.listenerCount('error');
    const result = await trainer.fit({ epochs: 1 });
    expect(process.stderr.listenerCount('error')).toBe(before);
    expect(result).toMatchObject({ reason: 'output was closed', steps: 2 });
    expect(stream.text).toBe(`Saved '${path(2)}' after step 2.\nagain from ${path(2)}\n`);
    // It is known from now on, and stops the next run at its beginning.
    expect(await trainer.fit({ epochs: 1 })).toMatchObject({ reason: 'output was closed', steps: 2 });
    await trainer.dispose();
  });
});
