import { isEvenkeelError, messageOf } from '@evenkeel/errors';
import type { Position } from '../contract/events.js';
import type { Sampler } from '../contract/sampler.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import type { Session } from './session.js';

/** Lets the inspectors that are due look at the network, in the process that leads; one that fails ends the run as an observer does. */
export async function inspectNetwork(
  { assembly, view, inspectors, replicas }: Session,
  sampler: Sampler,
  position: Position,
  last: boolean,
): Promise<void> {
  if (!replicas.leads) return;
  for (const inspector of inspectors) {
    const { name } = inspector;
    try {
      if (!inspector.isDue(position.epoch, last)) continue;
      const from = performance.now();
      const values = await inspector.inspect({ ...view, sampler, position });
      const seconds = (performance.now() - from) / 1000;
      assembly.hub.emit({ type: 'inspection-end', position, name, values, seconds });
    } catch (failure) {
      // This error is clearer than the one with the role's name.
      const cause: unknown = isEvenkeelError(failure, 'TRAINER_ROLE_FAILED') ? failure.cause : failure;
      const reason = messageOf(cause);
      const { epoch } = position;
      assembly.hub.fail(trainerErrors.INSPECTOR_FAILED({ inspector: name, epoch, reason }, { cause }));
    }
  }
}
