import { renderErrors } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { testingErrors } from './errors.js';

it('says what to do in every error, with nothing left unfilled', () => {
  const errors = renderErrors(testingErrors);
  expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
  for (const { code, text } of errors) {
    expect(code).toMatch(/^TESTING_[A-Z_]+$/);
    expect(text).not.toMatch(/undefined|\[object|[{}]/);
    expect(text).toMatch(/received|holds|differ/);
  }
});
