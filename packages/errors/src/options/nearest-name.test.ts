import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearestName } from './nearest-name.js';

const word = fc.stringMatching(/^[a-z]{0,8}$/);

describe('editDistance', () => {
  it.each([
    ['kitten', 'sitting', 3],
    ['flaw', 'lawn', 2],
    ['every', 'evry', 1],
    ['alpha', 'aplha', 1],
    ['', 'abc', 3],
    ['ca', 'abc', 3], // optimal string alignment edits no part twice; unrestricted Damerau-Levenshtein gives 2
  ])('%j to %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is 0 for equal words only, the same both ways, and at most the longer word', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance === 0).toBe(a === b);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });

  it('is 1 for one slip: a letter too many, too few, another one, or two that changed places', () => {
    const slip = fc.constantFrom('insert', 'delete', 'replace', 'swap');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,10}$/), fc.nat(), slip, (name, place, kind) => {
        const misspelt = slipped(name, place % (name.length - 1), kind);
        expect(editDistance(name, misspelt)).toBe(misspelt === name ? 0 : 1);
      }),
    );
  });
});

function slipped(name: string, at: number, kind: string): string {
  const [head, tail] = [name.slice(0, at), name.slice(at)];
  if (kind === 'insert') return `${head}#${tail}`;
  if (kind === 'delete') return head + tail.slice(1);
  return kind === 'replace' ? `${head}#${tail.slice(1)}` : head + tail[1] + tail[0] + tail.slice(2);
}

describe('nearestName', () => {
  it.each([
    ['evry', ['burst', 'every', 'from'], 'every'],
    ['batchsize', ['batchSize', 'evaluationBatchSize'], 'batchSize'],
    ['weight_decay', ['momentum', 'weightDecay'], 'weightDecay'],
    ['beta_1', ['beta2', 'beta1'], 'beta1'],
    ['eps', ['method', 'epsilon'], 'epsilon'],
    ['smoothing', ['labelSmoothing'], 'labelSmoothing'],
    ['classes', ['classCounts', 'exampleShape'], 'classCounts'],
    ['scheduler', ['sampler', 'schedule'], 'schedule'],
    ['s', ['largest', 'scale'], 'scale'],
    ['file', ['path', 'everySteps'], undefined],
    ['lr', ['seed', 'loss', 'data'], undefined],
    ['q', [], undefined],
  ])('for %j among %j is %j', (misspelt, names, nearest) => {
    expect(nearestName(misspelt, names)).toBe(nearest);
  });
});
