import { isEvenkeelError } from '@evenkeel/errors';
import type { VariableInfo } from '@evenkeel/trainer-core';
import { describe, expect, it } from 'vitest';
import { bet, embeddedTrains } from './bet.js';
import type { BetOptions, EmbeddedTrains } from './bet.js';

describe('embeddedTrains', () => {
  const variables = (['backbone', 'classifier'] as const).flatMap((group) =>
    (['weight', 'statistic'] as const).map((kind) => ({ name: `${group} ${kind}`, group, kind })),
  ) as unknown as VariableInfo[];
  const trained = (part: Exclude<EmbeddedTrains, 'all'>, tag: string) =>
    variables.filter((variable) => embeddedTrains(part).trains(variable, tag)).map(({ name }) => name);

  it('limits embedded batches and leaves the others alone', () => {
    expect(trained('classifier', 'embedded')).toEqual(['classifier weight', 'classifier statistic']);
    expect(trained('statistics', 'embedded')).toEqual(['backbone statistic', 'classifier statistic']);
    expect(trained('classifier', 'base').length).toBe(4);
    expect(trained('statistics', 'base').length).toBe(4);
  });
});

describe('options of bet', () => {
  it.each([{ every: 0 }, { trains: 'backbone' }])('refuses %j', (options) => {
    let caught: unknown;
    try {
      bet(options as BetOptions);
    } catch (error) {
      caught = error;
    }
    expect(isEvenkeelError(caught, 'BET_BAD_OPTION')).toBe(true);
  });

  it('show in the description', () => {
    expect(bet().description).toBe('1 balanced batch after every 4 base batches, epochs keep their length');
    const options: BetOptions = {
      every: 2,
      burst: 3,
      from: 5,
      until: 9,
      ramp: 2,
      length: 'extend',
      trains: 'classifier',
    };
    expect(bet(options).description).toBe(
      '3 balanced batches after every 2 base batches, from epoch 5 until epoch 9, rising over 2 epochs, epochs grow, ' +
        'embedded batches train the classifier only',
    );
    expect(bet({ every: Infinity }).description).toBe('embeds no balanced batch (every: Infinity)');
  });
});
