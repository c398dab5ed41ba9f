import type { GradientsPart, StepEvaluation } from '@evenkeel/trainer-core';
import { expect, it } from 'vitest';
import { gradientsOverRanks } from './gradients-over-ranks.js';

type Context = Parameters<GradientsPart['compute']>[1];

it('refuses statistics of the whole batch where its rows are computed in parts', () => {
  const inParts: GradientsPart = {
    name: 'in parts',
    compute: (evaluate) => evaluate({ part: { from: 0, size: 16 } }),
  };
  const compute = (sync: boolean) => {
    const evaluate = (): StepEvaluation => {
      throw new Error('evaluated');
    };
    return () => gradientsOverRanks(1, sync)(inParts).compute(evaluate, { tag: 'base', rows: 64 } as Context);
  };
  expect(compute(true)).toThrow(/REPLICAS_SYNC_OF_PARTS.*64 rows in parts of 16/);
  expect(compute(false)).toThrow('evaluated');
});
