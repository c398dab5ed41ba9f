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
  WEIGHTS_MISSING: errorEntry(
    (d: { source: string }) =>
      `Expected a safetensors file of weights in '${d.source}', found none. Check the path.`,
    { source: 'resnet50.safetensors' },
  ),
  WEIGHTS_DAMAGED: errorEntry(
    (d: { source: string; problem: string }) =>
      `Expected a whole safetensors file in '${d.source}', found that ${d.problem}. Fetch or convert it again.`,
    { source: 'resnet50.safetensors', problem: 'its header is not JSON' },
  ),
  WEIGHTS_MISMATCH: errorEntry(
    (d: { source: string; problems: readonly string[] }) =>
      `Expected the weights of this network in '${d.source}', found differences: ${d.problems.slice(0, 5).join('; ')}` +
      `${d.problems.length > 5 ? `; and ${d.problems.length - 5} more` : ''}. Take the network that the file was made for; ` +
      `nothing was assigned.`,
    { source: 'resnet50.safetensors', problems: ["'backbone/stem/conv/kernel' is not in the file"] },
  ),
});
