import { describe, expect, it } from 'vitest';
import { defineErrors, errorEntry, isEvenkeelError, quoteAll, renderErrors, show } from './index.js';

const errors = defineErrors('SAMPLE', {
  BAD_SIZE: errorEntry(
    (d: { received: number }) => `Expected size > 0, received ${d.received}. Use 1 or more.`,
    {
      received: 0,
    },
  ),
});

describe('defineErrors', () => {
  it('makes errors that carry code, text, details and cause', () => {
    const cause = new Error('below');
    const error = errors.BAD_SIZE({ received: -3 }, { cause });
    expect(error.code).toBe('SAMPLE_BAD_SIZE');
    expect(error.message).toBe('[SAMPLE_BAD_SIZE] Expected size > 0, received -3. Use 1 or more.');
    expect(error.details).toEqual({ received: -3 });
    expect(error.cause).toBe(cause);
    expect(isEvenkeelError(error, 'SAMPLE_BAD_SIZE')).toBe(true);
    expect(isEvenkeelError(error, 'SAMPLE_OTHER')).toBe(false);
    expect(isEvenkeelError(cause)).toBe(false);
  });

  it('renders every entry with its example', () => {
    expect(renderErrors(errors)).toEqual([
      { code: 'SAMPLE_BAD_SIZE', text: 'Expected size > 0, received 0. Use 1 or more.' },
    ]);
  });

  it('refuses a table it did not make', () => {
    expect(() => renderErrors({})).toThrow(TypeError);
  });
});

describe('texts', () => {
  it('quotes names', () => {
    expect(quoteAll(['a', 2])).toBe("'a', '2'");
    expect(quoteAll([])).toBe('none');
  });

  it('shows any value on one short line', () => {
    expect(show('x')).toBe("'x'");
    expect(show({ a: 1 })).toBe('{"a":1}');
    expect(show(undefined)).toBe('undefined');
    expect(show(new Map())).toBe('a Map');
    const circular: Record<string, unknown> = { name: 'x' };
    circular.self = circular;
    expect(show(circular)).toBe("an object with 'name', 'self'");
    expect(show({ big: 1n })).toBe("an object with 'big'");
    expect(show(function named() {})).toBe("a function 'named'");
    expect(show(Array.from({ length: 99 }, () => 7)).length).toBe(80);
  });
});
