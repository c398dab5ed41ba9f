import { expect, it } from 'vitest';
import { isFault, tableOf } from './outcome.js';

it('counts by suite and outcome', () => {
  const results = [
    {
      suite: 'kills',
      seconds: 2,
      cases: [
        { name: 'a', outcome: 'equal' },
        { name: 'b', outcome: 'lost' },
      ],
    },
    { suite: 'full disk', seconds: 0, cases: [], skipped: 'no rights' },
  ] as const;
  expect(tableOf(results).split('\n')).toEqual([
    '| suite | cases | equal | refused | lost | wrong | raw | s |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    '| kills | 2 | 1 | 0 | 1 | 0 | 0 | 2 |',
    '| full disk (skipped: no rights) | 0 | 0 | 0 | 0 | 0 | 0 | 0 |',
    '| all | 2 | 1 | 0 | 1 | 0 | 0 | 2 |',
  ]);
  expect(results[0].cases.map(isFault)).toEqual([false, true]);
});
