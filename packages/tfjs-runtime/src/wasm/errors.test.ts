import { renderErrors } from '@evenkeel/errors';
import { expect, it } from 'vitest';
import { errors } from './errors.js';

it('every error has its own code and a whole text', () => {
  const rendered = renderErrors(errors);
  expect(new Set(rendered.map(({ code }) => code)).size).toBe(rendered.length);
  for (const { code, text } of rendered) {
    expect(code).toMatch(/^WASM_[A-Z_]+$/);
    expect(text).not.toMatch(/undefined|\[object|\$\{|\{/);
  }
});
