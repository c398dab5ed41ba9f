import { expect, it } from 'vitest';
import { machine, tooBusy } from './machine.js';

it('names the instructions that decide, and the load', () => {
  expect(machine()).toMatch(/AVX-512|instructions unknown/);
  expect(machine()).toMatch(/load \d/);
});

it('judges on a quiet machine only', () => {
  expect(tooBusy(0.5)).toBeUndefined();
  expect(tooBusy(0.6)).toMatch(/^Goals are not judged: the load was 0\.6 at the start/);
});
