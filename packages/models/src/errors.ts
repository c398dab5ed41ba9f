import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** What the models can say. */
export const modelErrors = defineErrors('MODELS', {
  BAD_OPTION: optionEntry({
    where: 'cifarResNet',
    option: 'depth',
    expected: '6n + 2 with n of 1 or more',
    received: 33,
  }),
  NOT_IMAGES: errorEntry(
    (d: { backbone: string; received: readonly number[] }) =>
      `Backbone '${d.backbone}' takes images: expected an example shape [height, width, channels], received ` +
      `[${d.received.join(', ')}]. Reshape the examples, or take a backbone for this shape.`,
    { backbone: 'resnet32', received: [784] as readonly number[] },
  ),
});
