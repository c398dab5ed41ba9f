import { expect, it } from 'vitest';
import { EvenkeelError, tellError } from './index.js';

it('gives the texts of coded errors, and the stack of others', () => {
  const [first, second] = ['A_ONE', 'A_TWO'].map((code) => new EvenkeelError(code, 'Do this.'));
  expect(tellError(first)).toBe('[A_ONE] Do this.');
  expect(tellError(new AggregateError([first, second], 'both'))).toBe('[A_ONE] Do this.\n[A_TWO] Do this.');
  expect(tellError(new AggregateError([first, new Error('x')], 'both'))).toMatch(
    /AggregateError: both\n\s+at /,
  );
  expect(tellError(new TypeError('broken'))).toMatch(/^TypeError: broken\n\s+at /);
  expect(tellError('text')).toBe('text');
});
