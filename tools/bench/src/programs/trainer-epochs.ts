import { definePlugin } from '@evenkeel/trainer-core';
import type { Trainer, TrainerPlugin } from '@evenkeel/trainer-core';
import type { Contestant } from '../interleave.js';

/** A stopwatch as a plugin: what passes from the end of a step to the end of the next one. */
export function stopwatch(): { readonly plugin: TrainerPlugin; take(): number[] } {
  let times: number[] = [];
  let last = 0;
  const plugin = definePlugin({
    name: 'stopwatch',
    version: '0.1.0',
    api: '^2.0',
    setup({ hooks }) {
      hooks.epoch$.subscribe(() => (last = performance.now()));
      hooks.step$.subscribe(({ type }) => {
        if (type !== 'step-end') return;
        const now = performance.now();
        times.push(now - last);
        last = now;
      });
    },
  });
  const take = (): number[] => {
    const taken = times;
    times = [];
    return taken;
  };
  return { plugin, take };
}

/** A trainer whose turn is one more epoch, whatever number of steps is asked for. */
export function epochs(name: string, trainer: Trainer, take: () => number[]): Contestant {
  let done = 0;
  return {
    name,
    async measure() {
      await trainer.fit({ epochs: ++done, evaluateEvery: 0 });
      return take();
    },
  };
}
