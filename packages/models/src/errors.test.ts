import { renderErrors } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { modelErrors } from './errors.js';

it('says what to do in every error, with nothing left unfilled', () => {
  const errors = renderErrors(modelErrors);
  expect(new Set(errors.map(({ code }) => code)).size).toBe(errors.length);
  for (const { code, text } of errors) {
    expect(code).toMatch(/^MODELS_[A-Z_]+$/);
    expect(text).toMatch(/[Ee]xpected .* (received|found) .*[.;] (Correct|Change|Reshape|Check|Fetch|Take) /);
    expect(text).not.toMatch(/undefined|\[object|[{}]/);
  }
});
