import { describe, expect, it } from 'vitest';
import { accuracy } from './accuracy.js';
import { valuesOf } from './values-of.js';

const evaluation = { all: 0.75, few: null, perClass: [1, 0.5], loss: 2 };

describe('valuesOf', () => {
  it('gives the values asked for and no others, as their metric types them', () => {
    const values: { readonly all: number | null; readonly perClass: readonly (number | null)[] } = valuesOf(
      accuracy(),
      evaluation,
      'all',
      'perClass',
    );
    expect(values).toEqual({ all: 0.75, perClass: [1, 0.5] });
  });

  it('gives null where a value is not defined', () => {
    expect(valuesOf(accuracy(), evaluation, 'few')).toEqual({ few: null });
  });

  it('refuses what was not measured, and names what was', () => {
    expect(() => valuesOf(accuracy(), evaluation, 'all', 'many')).toThrow(
      /TRAINER_NOT_MEASURED.*'many' of metric 'accuracy'.*'all', 'few', 'perClass', 'loss'/s,
    );
  });

  it('refuses a run that was never evaluated', () => {
    expect(() => valuesOf(accuracy(), undefined, 'all')).toThrow(
      /TRAINER_NOT_MEASURED.*nothing was measured/s,
    );
  });
});
