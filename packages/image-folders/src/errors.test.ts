import { renderErrors } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { imageErrors } from './index.js';

describe('errors', () => {
  const rendered = renderErrors(imageErrors);

  it('have unique codes', () => {
    expect(new Set(rendered.map(({ code }) => code)).size).toBe(rendered.length);
  });

  it.each(rendered)('$code says what was expected, what came and what to do', ({ text }) => {
    expect(text).toMatch(/[Ee]xpected/);
    expect(text).toMatch(/received|found/);
    expect(text).not.toMatch(/undefined|\[object|[{}]|NaN/);
  });
});
