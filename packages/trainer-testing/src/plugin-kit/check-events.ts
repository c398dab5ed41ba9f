import { messageOf } from '@evenkeel/errors';
import type { TrainerEvent } from '@evenkeel/trainer-core';
import type { PluginCheck } from './kit.js';
import { epochsOf, kitTrainer } from './kit-run.js';

/** A run with it has the events of the contract, in their order, as many as the batches that it announces. */
export const checkEvents: PluginCheck = async (kit) => {
  const trainer = kitTrainer(kit, [kit.factory()]);
  const events: TrainerEvent[] = [];
  trainer.hooks.events$.subscribe((event) => events.push(event));
  try {
    const { reason, interrupted } = await trainer.fit({ epochs: epochsOf(kit) });
    if (interrupted)
      return [
        `The run ended early: ${reason}. A plugin that stops runs needs options that let a short one finish.`,
      ];
  } catch (error) {
    return [`A run with the plugin fails: ${messageOf(error)}`];
  } finally {
    await trainer.dispose();
  }
  const expected = expectedTypes(events);
  // How long an evaluation is, who inspects and who saves is up to the composition.
  const received = events.map(({ type }) => type).filter((type) => !FREE.has(type));
  const at = expected.findIndex((type, index) => type !== received[index]);
  const problems: string[] = [];
  if (at >= 0 || expected.length !== received.length) {
    const place = at >= 0 ? at : expected.length;
    problems.push(
      `Event ${place} of the run is '${received[place] ?? 'missing'}', expected '${expected[place] ?? 'no more'}'. ` +
        'A sampler must give as many batches as its plan is long.',
    );
  }
  const announced = events.find((event) => event.type === 'fit-start')?.batches;
  const done = events.filter(({ type }) => type === 'batch-end').length;
  if (announced !== done) {
    problems.push(
      `fit-start announced ${announced} batches and ${done} were done. Let the sampler's batchesIn(epoch) be the length of plan(seed, epoch).`,
    );
  }
  return problems;
};

const FREE = new Set<TrainerEvent['type']>([
  'evaluation-start',
  'evaluation-progress',
  'evaluation-end',
  'inspection-end',
  'checkpoint-saved',
]);

/** The order of the contract, with as many batches as every epoch announces. */
function expectedTypes(events: readonly TrainerEvent[]): TrainerEvent['type'][] {
  const batch = ['batch-start', 'step-start', 'step-end', 'batch-end'] as const;
  const epochs = events.filter((event) => event.type === 'epoch-start');
  const inEpoch = ({ batches }: { readonly batches: number }) =>
    Array.from({ length: batches }, () => batch).flat();
  return [
    'fit-start',
    ...epochs.flatMap((epoch) => ['epoch-start', ...inEpoch(epoch), 'epoch-end'] as const),
    'fit-end',
  ];
}
