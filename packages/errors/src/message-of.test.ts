import { expect, it } from 'vitest';
import { EvenkeelError, messageOf } from './index.js';

it('gives the message of an error, and anything else as text', () => {
  expect(messageOf(new TypeError('broken'))).toBe('broken');
  expect(messageOf(new EvenkeelError('A_ONE', 'Do this.'))).toBe('[A_ONE] Do this.');
  expect(messageOf('text')).toBe('text');
  expect(messageOf(undefined)).toBe('undefined');
});
