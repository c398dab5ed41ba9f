import { messageOf } from '@evenkeel/errors';
import type { PluginCheck } from './kit.js';
import { codeOf, difference, epochsOf, keepEveryCheckpoint, kitTrainer, valuesOf } from './kit-run.js';
import { statesNow, watchStates } from './watch-states.js';

/** A run resumed at any batch equals the unbroken one bit for bit, and its state is in the checkpoint whole. */
export const checkResume: PluginCheck = async (kit) => {
  const kept: Uint8Array[] = [];
  const snapshots: ReadonlyMap<string, string>[] = [];
  const { plugin, states } = watchStates(kit.factory());
  const whole = kitTrainer(kit, [plugin, keepEveryCheckpoint(kept, () => snapshots.push(statesNow(states)))]);
  try {
    await whole.fit({ epochs: epochsOf(kit) });
  } catch (error) {
    await whole.dispose();
    const what = codeOf(error)?.startsWith('TRAINER_STATE_')
      ? 'A checkpoint cannot be saved'
      : 'A run with the plugin fails';
    return [`${what}: ${messageOf(error)}`];
  }
  const expected = valuesOf(whole);
  await whole.dispose();
  for (const [place, bytes] of kept.entries()) {
    const own = [bytes];
    const again = watchStates(kit.factory());
    const trainer = kitTrainer(kit, [again.plugin, keepEveryCheckpoint(own)]);
    try {
      await trainer.resume('0');
      const restored = statesNow(again.states);
      const lost = [...snapshots[place]].find(([key, saved]) => restored.get(key) !== saved);
      if (lost !== undefined) {
        const [key, saved] = lost;
        return [
          `State '${key}' was not restored at checkpoint ${place}: expected ${saved}, received ${restored.get(key) ?? 'no such state'}. ` +
            'Return it whole from save() and take all of it back in load().',
        ];
      }
      await trainer.save();
      if (!equal(own[1], bytes)) {
        return [
          `Checkpoint ${place} is another one when it is loaded and saved again. Let load() keep the kind of every array ` +
            'that save() gave, and change nothing else.',
        ];
      }
      await trainer.fit({ epochs: epochsOf(kit) });
      const problem = difference(expected, valuesOf(trainer));
      if (problem !== undefined) {
        return [
          `Resumed at checkpoint ${place} of ${kept.length}, the run is not the unbroken one: ${problem}. Something that the plugin ` +
            'keeps from batch to batch is not saved: make it a function of the position, persist it with state.persist(key, ' +
            '{ version, save, load }), or draw it from random(purpose), whose position is saved without asking.',
        ];
      }
    } catch (error) {
      return [`Resuming at checkpoint ${place} of ${kept.length} fails: ${messageOf(error)}`];
    } finally {
      await trainer.dispose();
    }
  }
  return [];
};

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
