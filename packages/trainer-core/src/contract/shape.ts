import { editDistance, quoteAll, show } from '@evenkeel/errors';

/** Calls a member of a value in somebody's name: failures are named, and what it returns is checked against the member's shape. */
export type Watch = <Result>(member: string, call: () => Result, method: Shape) => Result;

/** What a value that is handed to the trainer has to look like; checked when it is given, from plain JavaScript too. */
export interface Shape {
  /** In words, such as `{ name, loss() }`. */
  readonly words: string;
  /** Whether the member may be absent. */
  readonly optional: boolean;
  /** Of a method: what it returns, or what its promise resolves to. */
  readonly result?: Shape;
  /** Of a method: whether it may return a promise. */
  readonly awaited?: boolean;
  /** What is wrong with a value, as the end of "it is wrong: ..."; undefined when nothing is. */
  problemOf(value: unknown): string | undefined;
  /** The value with the calls of its methods watched; the value itself where it has none. */
  watched(value: unknown, watch: Watch, path: string): unknown;
}

const plain = (words: string, holds: (value: unknown) => boolean): Shape => ({
  words,
  optional: false,
  problemOf: (value) => (holds(value) ? undefined : `expected ${words}, found ${show(value)}`),
  watched: (value) => value,
});

/** A text that is not empty. */
export const text: Shape = plain('a text', (value) => typeof value === 'string' && value !== '');
/** A truth value. */
export const flag: Shape = plain('true or false', (value) => typeof value === 'boolean');
/** A whole number of at least 1. */
export const count: Shape = plain(
  'a whole number of at least 1',
  (value) => Number.isInteger(value) && (value as number) >= 1,
);
/** Any list. */
export const list: Shape = plain('a list', Array.isArray);
/** A tensor, a variable included. */
export const tensor: Shape = plain('a tensor', isTensor);
/** Options by name. */
export const fields: Shape = plain(
  'an object of options',
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
/** A map. */
export const map: Shape = plain('a Map', (value) => value instanceof Map);
/** What a classifier gives: logits, or those of several experts with what evaluation reads. */
export const logits: Shape = plain(
  'logits, or { logits, experts }',
  (value) =>
    isTensor(value) || (isTensor(memberOf(value, 'logits')) && Array.isArray(memberOf(value, 'experts'))),
);
/** Anything at all. */
export const anything: Shape = plain('anything', () => true);

/** Whether it looks like one: a tensor of another copy of TensorFlow.js is refused where it is used. */
function isTensor(value: unknown): boolean {
  return Array.isArray(memberOf(value, 'shape')) && typeof memberOf(value, 'dtype') === 'string';
}

function memberOf(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name];
}

/** What a plain value holds, for results that are read once: its members are checked and not watched. */
export function record(members: Readonly<Record<string, Shape>>): Shape {
  return { ...object(members), watched: (value) => value };
}

/** The same, or absent. */
export function optional(shape: Shape): Shape {
  return {
    words: shape.words,
    optional: true,
    result: shape.result,
    awaited: shape.awaited,
    problemOf: (value) => (value === undefined ? undefined : shape.problemOf(value)),
    watched: (value, watch, path) => (value === undefined ? value : shape.watched(value, watch, path)),
  };
}

/** A value of one of several shapes. */
export function either(first: Shape, second: Shape): Shape {
  return {
    words: `${first.words} or ${second.words}`,
    optional: false,
    problemOf(value) {
      if (second.problemOf(value) === undefined) return undefined;
      return first.problemOf(value);
    },
    watched: (value, watch, path) =>
      (first.problemOf(value) === undefined ? first : second).watched(value, watch, path),
  };
}

/** A method that gives its result at once, of shape `result`: a promise is refused. */
export function method(result?: Shape): Shape {
  return methodOf(result, false);
}

/** A method that is awaited; `result` is the shape of what its promise resolves to. */
export function asyncMethod(result?: Shape): Shape {
  return methodOf(result, true);
}

function methodOf(result: Shape | undefined, awaited: boolean): Shape {
  return {
    words: '()',
    optional: false,
    problemOf: (value) =>
      typeof value === 'function' ? undefined : `expected a function, found ${show(value)}`,
    watched: (value) => value,
    result,
    awaited,
  };
}

/** An object with these members; more are allowed, unless one looks like a misspelt member. */
export function object(members: Readonly<Record<string, Shape>>): Shape {
  const words = `{ ${Object.entries(members).map(memberInWords).join(', ')} }`;
  return {
    words,
    optional: false,
    problemOf(value) {
      if (typeof value !== 'object' || value === null) return `expected ${words}, found ${show(value)}`;
      const problem = Object.entries(members)
        .map(([name, shape]) => problemOfMember(value as Record<string, unknown>, name, shape, members))
        .find((text) => text !== undefined);
      return problem && `${problem}; expected ${words}`;
    },
    watched: (value, watch, path) => watchedObject(value as object, members, watch, path),
  };
}

function memberInWords([name, { words, optional: mayBeAbsent }]: [string, Shape]): string {
  const call = words === '()' ? '()' : '';
  return `${name}${call}${mayBeAbsent ? '?' : ''}`;
}

function problemOfMember(
  value: Record<string, unknown>,
  name: string,
  shape: Shape,
  members: Readonly<Record<string, Shape>>,
): string | undefined {
  const member = value[name];
  const problem = shape.problemOf(member);
  if (member !== undefined) return problem && `'${name}': ${problem}`;
  const near = Object.keys(value).find((key) => !(key in members) && isNear(key, name));
  if (near !== undefined) return `'${near}' is no member, did you mean '${name}'?`;
  if (problem === undefined) return undefined;
  return `'${name}' is missing (it has ${quoteAll(Object.keys(value))})`;
}

/** Whether two names differ by at most two edits, and one for short names. */
function isNear(a: string, b: string): boolean {
  return editDistance(a.toLowerCase(), b.toLowerCase()) <= (Math.min(a.length, b.length) < 5 ? 1 : 2);
}

/**
 * Stands for `value`: its methods are called on the value itself, so that classes with private fields work, and it may be
 * frozen, since the proxy's own target is another object.
 */
function watchedObject(
  value: object,
  members: Readonly<Record<string, Shape>>,
  watch: Watch,
  path: string,
): object {
  const made = new Map<string, { readonly from: unknown; readonly to: unknown }>();
  const enter = (name: string, shape: Shape, member: unknown): unknown => {
    const full = path === '' ? name : `${path}.${name}`;
    if (typeof member !== 'function') return shape.watched(member, watch, full);
    return (...args: unknown[]): unknown =>
      watch(full, () => Reflect.apply(member, value, args) as unknown, shape);
  };
  const get = (name: string | symbol): unknown => {
    const member: unknown = Reflect.get(value, name, value);
    if (typeof name === 'symbol' || member === undefined || !Object.hasOwn(members, name)) return member;
    const known = made.get(name);
    if (known?.from === member) return known.to;
    const to = enter(name, members[name], member);
    made.set(name, { from: member, to });
    return to;
  };
  return new Proxy(Object.create(Object.getPrototypeOf(value) as object | null) as object, {
    get: (_, name) => get(name),
    set: (_, name, next) => Reflect.set(value, name, next, value),
    has: (_, name) => Reflect.has(value, name),
    ownKeys: () => Reflect.ownKeys(value),
    getOwnPropertyDescriptor(_, name) {
      const own = Reflect.getOwnPropertyDescriptor(value, name);
      return own && { configurable: true, enumerable: own.enumerable, writable: true, value: get(name) };
    },
  });
}
