import { describe, expect, it } from 'vitest';
import { definePlugin } from '../contract/define-plugin.js';
import type { PluginInput, TrainerPlugin } from '../contract/plugin.js';
import { checkPlugins, flattenPlugins } from './plugin-list.js';

const plugin = (name: string, rest: Partial<TrainerPlugin> = {}): TrainerPlugin =>
  definePlugin({ name, version: '1.0.0', api: '^2.0', setup: () => undefined, ...rest });

describe('flattenPlugins', () => {
  it('takes presets apart and leaves falsy values out', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => plugin(name));
    const input: PluginInput = [a, false, [null, [b, undefined]], 0, '', [c]];
    expect(flattenPlugins(input)).toEqual([a, b, c]);
    expect(flattenPlugins(undefined)).toEqual([]);
    expect(flattenPlugins(a)).toEqual([a]);
  });

  it.each([
    ['a factory that was not called', () => plugin('a'), /not an object.*Did you pass the factory/],
    ['no name', { ...plugin('a'), name: '' }, "'name' is not a text"],
    ['no version', { ...plugin('a'), version: undefined }, "'version' is not a text"],
    ['a version that is none', { ...plugin('a'), version: 'one' }, "'version' is not a semver version"],
    ['no setup', { ...plugin('a'), setup: undefined }, "'setup' is not a function"],
    ['a range that is none', { ...plugin('a'), api: 'newest' }, "'api' is not a semver range"],
    ['an unknown order', { ...plugin('a'), order: 'first' }, "neither 'pre' nor 'post'"],
  ])('refuses %s', (_what, input, problem) => {
    expect(() => flattenPlugins([input as never])).toThrow(/TRAINER_BAD_PLUGIN/);
    expect(() => flattenPlugins([input as never])).toThrow(problem);
  });
});

describe('checkPlugins', () => {
  it('accepts what fits', () => {
    const list = [plugin('a', { requires: ['b'], conflicts: ['c'] }), plugin('b', { api: '>=1.0.0 <3' })];
    expect(() => checkPlugins(list)).not.toThrow();
  });

  it.each([
    ['TRAINER_DUPLICATE_PLUGIN', [plugin('a'), plugin('a')], /'a' is in the list twice/],
    ['TRAINER_API_MISMATCH', [plugin('a', { api: '1.x' })], /'a'.*'1.x'.*'2\.\d+\.\d+'/],
    [
      'TRAINER_REQUIRES_MISSING',
      [plugin('a', { requires: ['b'] }), plugin('c')],
      /'a' requires 'b'.*'a', 'c'/,
    ],
    [
      'TRAINER_CONFLICT',
      [plugin('a', { conflicts: ['b'] }), plugin('b')],
      /'a' cannot be used together with 'b'/,
    ],
  ])('throws %s', (code, list, text) => {
    expect(() => checkPlugins(list)).toThrow(code);
    expect(() => checkPlugins(list)).toThrow(text);
  });
});
