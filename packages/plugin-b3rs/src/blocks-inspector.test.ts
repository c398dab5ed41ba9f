import type { ClassInspection } from '@evenkeel/trainer-core';
import { expect, it } from 'vitest';
import { blocksInspector } from './blocks-inspector.js';

it('tells the block of every class once', async () => {
  const inspector = blocksInspector({ by: 'quantile', blocks: 2 });
  expect([0, 1, 7].map((epoch) => inspector.isDue(epoch, epoch === 7))).toEqual([true, false, false]);
  // By size: 90 and 50, then 8 and 3; the class without images has no block.
  const view = { classCounts: [3, 90, 0, 50, 8] } as unknown as ClassInspection;
  expect(await inspector.inspect(view)).toEqual({ block: [1, 0, null, 0, 1] });
});
