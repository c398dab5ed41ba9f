import { renderErrors } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { trainerErrors } from './trainer-errors.js';
import { nodeErrors } from '../node/errors.js';

describe.each([
  ['TRAINER', trainerErrors],
  ['TRAINER_NODE', nodeErrors],
])('error table %s', (_name, table) => {
  const rendered = renderErrors(table);

  it('has its own code for every entry', () => {
    expect(new Set(rendered.map((error) => error.code)).size).toBe(rendered.length);
    expect(rendered.length).toBe(Object.keys(table).length);
  });

  it.each(rendered.map(({ code, text }) => [code, text]))('%s reads as a sentence', (_code, text) => {
    expect(text).not.toMatch(/undefined|\[object|\$\{/);
    expect(text.length).toBeGreaterThan(30);
  });
});
