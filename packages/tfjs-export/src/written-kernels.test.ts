import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KERNELS } from './kernels.js';
import { ONNX_KERNELS } from './onnx/onnx-kernels.js';

it('both formats write the same kernels, which the README lists', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, list] = /Kernels that are written[^:]*: ([^]*?)\.\n/.exec(readme)!;
  const listed = [...list.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  // A split is written as the slices that it comes to.
  const expected = [...KERNELS, 'SplitV'].sort();
  expect(listed.sort()).toEqual(expected);
  expect([...ONNX_KERNELS, 'SplitV'].sort()).toEqual(expected);
});
