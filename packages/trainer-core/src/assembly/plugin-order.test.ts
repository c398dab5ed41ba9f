import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrainerPlugin } from '../contract/plugin.js';
import { orderPlugins } from './plugin-order.js';

type Wish = Pick<TrainerPlugin, 'order' | 'after' | 'before'>;
const plugins = (wishes: Record<string, Wish>): TrainerPlugin[] =>
  Object.entries(wishes).map(([name, wish]) => ({
    name,
    version: '1.0.0',
    api: '^1',
    setup: () => undefined,
    ...wish,
  }));
const namesOf = (list: readonly { plugin: TrainerPlugin }[]) =>
  list.map((placed) => placed.plugin.name).join(' ');

describe('orderPlugins', () => {
  it.each<[Record<string, Wish>, string]>([
    [{ a: {}, b: {}, c: {} }, 'a b c'],
    [{ a: { order: 'post' }, b: {}, c: { order: 'pre' } }, 'c b a'],
    [{ a: { after: ['c'] }, b: {}, c: {} }, 'b c a'],
    [{ a: {}, b: {}, c: { before: ['a'] } }, 'b c a'],
    [{ a: { after: ['absent'] }, b: { before: ['absent'] } }, 'a b'],
    [{ a: { order: 'pre', after: ['b'] }, b: { order: 'post' } }, 'b a'],
    [{}, ''],
  ])('places %j as "%s"', (wishes, expected) => {
    expect(namesOf(orderPlugins(plugins(wishes)))).toBe(expected);
  });

  it('gives the reason of each place', () => {
    const placed = orderPlugins(
      plugins({ a: {}, b: { order: 'pre' }, c: { after: ['a'] }, d: { before: ['a'] } }),
    );
    expect(placed.map(({ plugin, reason }) => `${plugin.name}: ${reason}`)).toEqual([
      "b: order: 'pre'",
      "d: before 'a'",
      "a: after 'd'",
      "c: after 'a'",
    ]);
  });

  it('prints a cycle', () => {
    const wishes = { x: {}, a: { before: ['b'] }, b: { before: ['c'] }, c: { before: ['a'] } };
    expect(() => orderPlugins(plugins(wishes))).toThrow(
      /TRAINER_ORDER_CYCLE.*'(\w)' before '\w' before '\w' before '\1'/s,
    );
    expect(() => orderPlugins(plugins({ a: { after: ['a'] } }))).toThrow(/'a' before 'a'/);
  });

  it('keeps every constraint, and list order where there is none', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(4)).filter(([i, j]) => i < j));
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 5 }), pairs, (list, constraints) => {
        const wishes = Object.fromEntries(
          list.map((name) => [
            name,
            { after: constraints.filter(([, j]) => names[j] === name).map(([i]) => names[i]) },
          ]),
        );
        const order = namesOf(orderPlugins(plugins(wishes))).split(' ');
        if (constraints.length === 0) expect(order).toEqual(list);
        for (const [i, j] of constraints)
          expect(order.indexOf(names[i])).toBeLessThan(order.indexOf(names[j]));
      }),
    );
  });
});
