import { expect, it } from 'vitest';
import { goals } from './goals.js';
import type { Line } from './line.js';

const line = (suite: string, name: string, msMedian: number, more?: Record<string, number>): Line => ({
  ...{ suite, name, msMin: msMedian, msMedian },
  ...(more && { more }),
});

it("compares with the best of PyTorch's modes, and leaves out what was not measured", () => {
  const lines = [
    line('step', 'compiled', 100),
    line('step', 'PyTorch, eager', 150),
    line('step', 'PyTorch, torch.compile', 120),
    line('step', 'compiled, bfloat16', 80),
    line('step', 'PyTorch, eager, bfloat16', 108),
    line('step', 'PyTorch, torch.compile, bfloat16', 300),
    line('overhead', 'trainer', 100, { 'added %': 0.5 }),
  ];
  const answered = goals(lines).filter(({ met }) => met !== undefined);
  expect(answered.map(({ got, met }) => [got, met])).toEqual([
    ['1.2 ×', false],
    ['1.35 ×', true],
    ['0.5 %', true],
  ]);
});

it('compares the peak of memory with the smallest of PyTorch, and answers nothing where one is missing', () => {
  const peaks = (name: string, peak: number): Line => line('step', name, 100, { 'peak MiB': peak });
  const lines = [
    peaks('compiled', 900),
    peaks('PyTorch, eager', 1200),
    peaks('PyTorch, torch.compile', 1000),
  ];
  const answer = (some: readonly Line[]) =>
    goals(some).find(({ what }) => what === "peak memory of a float32 step over PyTorch's");
  expect(answer(lines)).toMatchObject({ got: '0.9 ×', met: true });
  expect(answer(lines.slice(0, 2))?.met).toBeUndefined();
});

it('has one goal for the step where the processor is held to AVX2', () => {
  const lines = [line('step', 'compiled', 100), line('step', 'PyTorch, eager', 96)];
  const answered = goals(lines, 'avx2').filter(({ met }) => met !== undefined);
  expect(answered.map(({ what, got, met }) => [what, got, met])).toEqual([
    ["float32 step over PyTorch's best in float32, AVX2 alone", '0.96 ×', true],
  ]);
});
