import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileCheckpoints } from './file-checkpoints.js';
import { memoryStream, tinyTrainer, useFolder } from './node.fixture.js';
import { progressBar } from './progress-bar.js';
import { saveOnInterrupt } from './save-on-interrupt.js';
import { FakeTerminal } from './terminal.fixture.js';
import type { Trainer } from '../trainer.js';

const folder = useFolder();
const handlers = () => process.listenerCount('SIGINT') + process.listenerCount('SIGTERM');
const path = (step: number) => join(folder(), `step-00000000${step}.safetensors`);
const howToResume = (location: string) => `again from ${location}`;
const ASKED = 'Finishing what is under way, then saving. Press Ctrl-C again to stop at once and lose it.';
/** Presses Ctrl-C at the beginning of a step. */
const interruptAt = (trainer: Trainer, step: number, signal: NodeJS.Signals = 'SIGINT') =>
  trainer.hooks.step$.subscribe(
    ({ type, position }) => type === 'step-start' && position.step === step && process.emit(signal, signal),
  );

afterEach(() => vi.restoreAllMocks());

describe('saveOnInterrupt', () => {
  it.each([undefined, 1])(
    'finishes the step, saves once, says how to go on (everySteps: %s)',
    async (everySteps) => {
      const stream = memoryStream();
      const before = handlers();
      const trainer = tinyTrainer([
        fileCheckpoints({ folder: folder(), everySteps }),
        saveOnInterrupt({ stream, howToResume }),
      ]);
      interruptAt(trainer, 1);
      const result = await trainer.fit({ epochs: 2 });
      expect(result).toMatchObject({ reason: 'interrupted', interrupted: true, steps: 2 });
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
    expect([during, handlers() - before]).toEqual([2, 0]);
    boom.unsubscribe();
    interruptAt(trainer, 1);
    expect(await trainer.fit({ epochs: 1 })).toMatchObject({ reason: 'interrupted', steps: 2 });
    expect(exit).not.toHaveBeenCalled();
    expect(handlers()).toBe(before);
    await trainer.dispose();
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends the process at the second %s', async (signal, code) => {
    const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const trainer = tinyTrainer(saveOnInterrupt({ stream: memoryStream() }));
    interruptAt(trainer, 1);
    interruptAt(trainer, 1, signal);
    await trainer.fit({ epochs: 1 });
    expect(exit.mock.calls).toEqual([[code]]);
    await trainer.dispose();
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
});
