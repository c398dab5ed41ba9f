import { renderErrors } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { errors } from './errors.js';

it('has unique codes and readable texts', () => {
  const rendered = renderErrors(errors);
  expect(new Set(rendered.map((error) => error.code)).size).toBe(rendered.length);
  for (const { text } of rendered) expect(text).not.toMatch(/undefined|\[object|\$?\{/);
});
