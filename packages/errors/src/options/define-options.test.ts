import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineErrors, isEvenkeelError } from '../index.js';
import { defineOptions, readArgument } from './define-options.js';
import { optionEntry } from './fault.js';
import { check, flag, func, having, instance, list, number, object, text, variants, whole } from './kinds.js';
import { oneOf } from './option.js';
import type { Option } from './option.js';
import type { SpecOf } from './read-object.js';

const errors = defineErrors('SAMPLE', {
  BAD_OPTION: optionEntry({
    where: 'bet',
    option: 'every',
    expected: 'a whole number of at least 1',
    received: 0,
  }),
});

const betOptions = defineOptions('bet', errors.BAD_OPTION, {
  every: whole(1).or(Infinity).default(4),
  length: oneOf('keep', 'extend').default('keep'),
  share: number({ min: 0, below: 1 }).optional('chosen'),
  from: text('a path'),
  augment: flag()
    .or(object({ pad: whole().default(4), flip: flag().default(true) }))
    .default(true, 'as the field does'),
});

/** The text of what is thrown for options. */
function refusal(options: unknown, reader: { read(options: unknown): unknown } = betOptions): string {
  try {
    reader.read(options);
  } catch (error) {
    if (!isEvenkeelError(error, 'SAMPLE_BAD_OPTION')) throw error;
    return error.message.replace('[SAMPLE_BAD_OPTION] ', '');
  }
  return 'nothing';
}

/** What one option says to a value. */
function tell(option: Option<unknown, unknown>, value: unknown): string {
  return refusal({ x: value }, defineOptions('f', errors.BAD_OPTION, { x: option }));
}

describe('reading options', () => {
  it('fills in defaults, at every depth', () => {
    expect(betOptions.read({ from: 'a' })).toEqual({
      every: 4,
      length: 'keep',
      share: undefined,
      from: 'a',
      augment: true,
    });
    expect(betOptions.read({ from: 'a', augment: { pad: 2 }, every: undefined })).toMatchObject({
      every: 4,
      augment: { pad: 2, flip: true },
    });
  });

  it('is typed by the spec', () => {
    const read = betOptions.read({ from: 'a' });
    expectTypeOf(read.every).toEqualTypeOf<number>();
    expectTypeOf(read.length).toEqualTypeOf<'keep' | 'extend'>();
    expectTypeOf(read.share).toEqualTypeOf<number | undefined>();
    expectTypeOf(read.augment).toEqualTypeOf<boolean | { readonly pad: number; readonly flip: boolean }>();
    interface Options {
      readonly every?: number;
      readonly from: string;
    }
    const spec = { every: whole(1).default(4), from: text() } satisfies SpecOf<Options>;
    // @ts-expect-error: `from` is missing
    const short = { every: whole(1).default(4) } satisfies SpecOf<Options>;
    // @ts-expect-error: `every` is a number
    const other = { every: text().default('4'), from: text() } satisfies SpecOf<Options>;
    // @ts-expect-error: `until` is no option
    const long = { ...spec, until: whole() } satisfies SpecOf<Options>;
    expect([spec, short, other, long].map((each) => Object.keys(each).length)).toEqual([2, 1, 2, 3]);
  });

  it('names an unknown option and the nearest one', () => {
    expect(refusal({ evry: 1, from: 'a' })).toBe(
      "Option 'evry' of bet is unknown. Did you mean 'every'? Options: every, length, share, from, augment.",
    );
    expect(refusal({ from: 'a', augment: { padd: 1 } })).toBe(
      "Option 'augment.padd' of bet is unknown. Did you mean 'augment.pad'? Options: augment.pad, augment.flip.",
    );
    expect(refusal({ from: 'a', zoom: undefined })).toBe(
      "Option 'zoom' of bet is unknown. Options: every, length, share, from, augment.",
    );
    expect(refusal({ from: 'a', toString: 1 })).toMatch(/^Option 'toString' of bet is unknown/);
  });

  it('knows names from elsewhere', () => {
    const { read } = defineOptions('f', errors.BAD_OPTION, {
      schedule: text().optional().knownAs('lr', 'learningRate'),
    });
    expect(refusal({ lr: 1 }, { read })).toBe(
      "Option 'lr' of f is unknown. Did you mean 'schedule'? Options: schedule.",
    );
    expect(read({ schedule: 'x' })).toEqual({ schedule: 'x' });
  });

  it('says what a value should have been, and what to do', () => {
    expect(refusal({ every: 0, from: 'a' })).toBe(
      "Option 'every' of bet: expected a whole number of at least 1 or Infinity, received 0. Correct it, or leave it out for the default (4).",
    );
    expect(refusal({ from: 'a', length: null })).toBe(
      "Option 'length' of bet: expected 'keep' or 'extend', received null. Correct it, or leave it out for the default ('keep').",
    );
    expect(refusal({})).toBe("Option 'from' of bet: expected a path, received undefined. Give it.");
    expect(refusal({ from: 'a', augment: { pad: -1 } })).toBe(
      "Option 'augment.pad' of bet: expected a whole number of at least 0, received -1. Correct it.",
    );
  });

  it.each([3, 'x', null, [], true, () => 0])('refuses %j in the place of options', (options) => {
    expect(refusal(options)).toMatch(
      /^Options of bet: expected an object .*, received .*\. Give every option by its name\.$/,
    );
  });

  it('lists the options', () => {
    expect(betOptions.lines.map((line) => [line.name, line.default])).toEqual([
      ['every', '4'],
      ['length', "'keep'"],
      ['share', 'chosen'],
      ['from', 'required'],
      ['augment', 'as the field does'],
    ]);
    expect(betOptions.lines[0].expected).toBe('a whole number of at least 1 or Infinity');
  });

  it('makes the error for an option that is wrong beside another one', () => {
    expect(betOptions.refuse('every', 'less than 3', 7).message).toMatch(
      /'every' of bet: expected less than 3, received 7/,
    );
  });

  it('reads arguments', () => {
    expect(readArgument('topK', errors.BAD_OPTION, 'k', whole(1), 5)).toBe(5);
    expect(() => readArgument('topK', errors.BAD_OPTION, 'k', whole(1), 0)).toThrow(
      "Argument 'k' of topK: expected a whole number of at least 1, received 0. Correct it.",
    );
  });

  it('refuses a default that is not taken itself', () => {
    expect(() => whole(1).default(0)).toThrow(TypeError);
  });
});

describe('what an option may be', () => {
  class Point {}
  const by = variants('by', { width: { blocks: whole(1) }, shots: { many: whole().default(100) } });
  it.each([
    [number(), NaN, 'a finite number'],
    [number({ above: 0 }), 0, 'a number above 0'],
    [number({ min: 0, max: 1 }), 1.5, 'a number in [0, 1]'],
    [number({ above: 0, max: 1 }), '1', 'a number in (0, 1]'],
    [number({ below: 1 }), 1, 'a number below 1'],
    [number({ max: 1 }), Infinity, 'a number of at most 1'],
    [whole(1, 50), 51, 'a whole number in [1, 50]'],
    [flag(), 1, 'true or false'],
    [text(), '', 'a text that is not empty'],
    [func(), {}, 'a function'],
    [instance(Point), {}, 'a Point'],
    [having<{ load: unknown }>('a checkpoint', 'load'), { lode: 1 }, "a checkpoint (an object with 'load')"],
    [list(whole(1), 2), [1], 'a list of at least 2, every entry a whole number of at least 1'],
    [list(flag(), 3, 3), {}, 'a list of 3, every entry true or false'],
    [list(flag(), 0, 3), [1, 2, 3, 4], 'a list of 0 to 3, every entry true or false'],
    [check('an even number', (value) => Number(value) % 2 === 0), 3, 'an even number'],
    [whole().where('an even number', (value) => value % 2 === 0), 3, 'an even number'],
    [whole().or(text()).or(false), true, 'a whole number of at least 0, a text that is not empty or false'],
    [by, { by: 'height' }, "an object with by: 'width' | 'shots'"],
    [by, 3, "an object with by: 'width' | 'shots'"],
    [object({ a: whole() }), 3, 'an object of a'],
  ])('%#: %o refuses %j', (option, value, expected) => {
    expect(tell(option, value)).toContain(`Option 'x' of f: expected ${expected}, received `);
  });

  it('points to the part that is wrong', () => {
    expect(tell(list(whole(1)), [1, 2, 0])).toMatch(
      /'x\[2\]' of f: expected a whole number of at least 1, received 0/,
    );
    expect(tell(whole().or(list(list(whole()))), [[1], [-1]])).toMatch(/'x\[1\]\[0\]'/);
    expect(tell(by, { by: 'width', blocks: 0 })).toMatch(/'x\.blocks'/);
    expect(tell(by, { by: 'shots', blocks: 1 })).toMatch(/'x\.blocks' of f is unknown/);
    expect(
      tell(
        list(whole()).where('pairs', (pairs) => pairs.length === 2),
        [-1, 1],
      ),
    ).toMatch(/'x\[0\]'/);
  });

  it('takes instances and variants, and keeps what it takes', () => {
    const point = new Point();
    const reader = defineOptions('f', errors.BAD_OPTION, { point: instance(Point), by });
    expect(reader.read({ point, by: { by: 'shots' } })).toEqual({ point, by: { by: 'shots', many: 100 } });
    expect(reader.read({ point, by: { by: 'width', blocks: 2 } }).point).toBe(point);
  });

  it('takes every value within bounds and no other (property)', () => {
    const bound = fc.integer({ min: -5, max: 5 });
    fc.assert(
      fc.property(
        bound,
        bound,
        fc.boolean(),
        fc.boolean(),
        fc.double({ min: -8, max: 8, noNaN: true }),
        (low, high, openLow, openHigh, value) => {
          const range = {
            ...(openLow ? { above: low } : { min: low }),
            ...(openHigh ? { below: high } : { max: high }),
          };
          const inside = (openLow ? value > low : value >= low) && (openHigh ? value < high : value <= high);
          expect(tell(number(range), value) === 'nothing').toBe(inside);
          expect(tell(whole(low, high), value) === 'nothing').toBe(
            Number.isInteger(value) && value >= low && value <= high,
          );
        },
      ),
    );
  });

  it('reads what it has read again, unchanged (property)', () => {
    const options = fc.record(
      {
        every: fc.oneof(fc.integer({ min: 1 }), fc.constant(Infinity)),
        length: fc.constantFrom('keep', 'extend'),
        share: fc.double({ min: 0, max: 0.99, noNaN: true }),
        augment: fc.oneof(fc.boolean(), fc.record({ pad: fc.nat() }, { requiredKeys: [] })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(options, (given) => {
        const read = betOptions.read({ ...given, from: 'a' });
        expect(betOptions.read(read)).toEqual(read);
        for (const [name, value] of Object.entries(given)) {
          if (name !== 'augment') expect(read[name as 'every']).toBe(value);
        }
      }),
    );
  });

  it('refuses anything but what it takes with an error of its code, never another (property)', () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom('every', 'length', 'share', 'from', 'augment'),
        (value, name) => {
          expect(refusal({ from: 'a', [name]: value })).toMatch(/^(nothing|Option '.+' of bet.*\.)$/s);
          expect(refusal(value)).not.toBe('nothing');
        },
      ),
      { numRuns: 500 },
    );
  });
});
