import { renderErrors } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { errors } from './errors.js';

describe('the error table', () => {
  const rendered = renderErrors(errors);

  it('has unique codes', () => {
    expect(new Set(rendered.map(({ code }) => code)).size).toBe(rendered.length);
  });

  it.each(rendered)('$code reads as a sentence with nothing left unfilled', ({ text }) => {
    expect(text).toMatch(/^['A-Zp].{40,}\.$/s);
    expect(text).not.toMatch(/undefined|\[object|\$?\{/);
  });
});
