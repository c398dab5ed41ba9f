import type { PluginCheck } from './kit.js';
import { difference, epochsOf, keepEveryCheckpoint, kitTrainer, textOf, valuesOf } from './kit-run.js';

/** A run resumed at any batch equals the unbroken one bit for bit, and its state is in the checkpoint whole. */
export const checkResume: PluginCheck = async (kit) => {
  const kept: Uint8Array[] = [];
  const whole = kitTrainer(kit, [kit.factory(), keepEveryCheckpoint(kept)]);
  try {
    await whole.fit({ epochs: epochsOf(kit) });
  } catch (error) {
    await whole.dispose();
    return [`A checkpoint cannot be saved: ${textOf(error)}`];
  }
  const expected = valuesOf(whole);
  await whole.dispose();
  for (const [place, bytes] of kept.entries()) {
    const own = [bytes];
    const trainer = kitTrainer(kit, [kit.factory(), keepEveryCheckpoint(own)]);
    try {
      await trainer.resume('0');
      await trainer.save();
      if (!equal(own[1], bytes)) {
        return [
          `Checkpoint ${place} is another one when it is loaded and saved again. Let load(save()) restore exactly what save() gave, ` +
            'typed arrays included.',
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
      return [`Resuming at checkpoint ${place} of ${kept.length} fails: ${textOf(error)}`];
    } finally {
      await trainer.dispose();
    }
  }
  return [];
};

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
