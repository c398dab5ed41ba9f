import { renderErrors } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { errors } from './errors.js';

it('says in every error what was expected, what was received and what to do', () => {
  const rendered = renderErrors(errors);
  expect(new Set(rendered.map(({ code }) => code)).size).toBe(rendered.length);
  for (const { text } of rendered) {
    expect(text).not.toMatch(/undefined|\[object|NaN|\$?\{/);
    expect(text).toMatch(/[Ee]xpected .+(Choose|Correct|correct|Reshape|lower)|Did you mean .+ Options: /);
  }
});

it('lists the divisors that groups can be chosen from', () => {
  expect(errors.GROUPS_DO_NOT_DIVIDE({ groups: 5, features: 12 }).message).toContain('1, 2, 3, 4, 6, 12.');
});
