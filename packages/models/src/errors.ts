import { defineErrors, errorEntry, show } from '@evenkeel/errors';

/** What the models can say. */
export const modelErrors = defineErrors('MODELS', {
  BAD_OPTION: errorEntry(
    (d: { factory: string; option: string; expected: string; received: unknown }) =>
      `${d.factory}: expected option '${d.option}' to be ${d.expected}, received ${show(d.received)}. Change that option.`,
    {
      factory: 'cifarResNet',
      option: 'depth',
      expected: '6n + 2 with n of 1 or more',
      received: 33 as unknown,
    },
  ),
  NOT_IMAGES: errorEntry(
    (d: { backbone: string; received: readonly number[] }) =>
      `Backbone '${d.backbone}' takes images: expected an example shape [height, width, channels], received ` +
      `[${d.received.join(', ')}]. Reshape the examples, or take a backbone for this shape.`,
    { backbone: 'resnet32', received: [784] as readonly number[] },
  ),
});

/** Throws `MODELS_BAD_OPTION` unless `received` is an integer of `least` or more. */
export function checkInteger(factory: string, option: string, received: number, least: number): void {
  if (Number.isInteger(received) && received >= least) return;
  throw modelErrors.BAD_OPTION({ factory, option, expected: `an integer of ${least} or more`, received });
}
