import { messageOf } from '@evenkeel/errors';
import type { PluginInput } from '@evenkeel/trainer-core';
import type { PluginKit } from './kit.js';
import { codeOf, difference, trainedValues } from './kit-run.js';
import type { Values } from './kit-run.js';

/** The errors by which plugins say that they do not go together. */
const DECLARED = [
  'TRAINER_CONFLICT',
  'TRAINER_DUPLICATE_PLUGIN',
  'TRAINER_TWO_PROVIDERS',
  'TRAINER_REQUIRES_MISSING',
];

/** Beside another plugin it trains the same weights in both list orders, or both orders are refused as a conflict. */
export async function checkBeside(
  kit: PluginKit,
  name: string,
  other: () => PluginInput,
): Promise<readonly string[]> {
  const [one, two] = [
    await outcome(kit, () => [kit.factory(), other()]),
    await outcome(kit, () => [other(), kit.factory()]),
  ];
  if (one instanceof Error || two instanceof Error) {
    const refused = [one, two].map((result) => (result instanceof Error ? codeOf(result) : undefined));
    if (refused[0] === refused[1] && DECLARED.includes(refused[0] ?? '')) return [];
    const texts = [one, two].map((result) => (result instanceof Error ? messageOf(result) : 'it trains.'));
    if (texts[0] === texts[1]) {
      return [
        `Beside '${name}', in both list orders: ${texts[0]} Where the two do not go together, name the other one in \`conflicts\`.`,
      ];
    }
    return [
      `In front of '${name}': ${texts[0]} Behind it: ${texts[1]} Declare what does not go together in \`conflicts\`, so that both ` +
        'orders are refused with the same words.',
    ];
  }
  const problem = difference(one, two);
  if (problem === undefined) return [];
  return [
    `Its place in the list beside '${name}' changes the weights: behind it ${problem} as in front of it. Say which order is meant, with ` +
      '`after`, `before` or `order`.',
  ];
}

async function outcome(kit: PluginKit, plugins: () => PluginInput): Promise<Values | Error> {
  try {
    return await trainedValues(kit, plugins());
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
