import type { StateValue } from '../contract/plugin.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import type { StoredTensor } from './safetensors.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const REFERENCE = '$array';
const NUMBER = '$number';
const TOO_DEEP = 'values more than 500 deep in one another';

/** How deep values of a state may lie in one another; a stack holds more. */
export const DEEPEST_STATE = 500;

/**
 * Turns plain data into JSON; typed arrays go into `tensors` under names that start with `prefix`, and numbers that JSON
 * cannot hold (NaN, infinities, -0) are written as text. Throws STATE_NOT_PLAIN for anything else.
 */
export function packState(value: unknown, prefix: string, tensors: Map<string, StoredTensor>): Json {
  const pack = (item: unknown, depth: number): Json => {
    if (depth > DEEPEST_STATE) throw trainerErrors.STATE_NOT_PLAIN({ path: prefix, received: TOO_DEEP });
    if (typeof item === 'number') {
      if (Number.isFinite(item) && !Object.is(item, -0)) return item;
      return { [NUMBER]: Object.is(item, -0) ? '-0' : String(item) };
    }
    if (item === null || typeof item === 'string' || typeof item === 'boolean') return item;
    if (item instanceof Float32Array || item instanceof Float64Array || item instanceof Int32Array) {
      const name = `${prefix}#${tensors.size}`;
      tensors.set(name, { shape: [item.length], data: item.slice() });
      return { [REFERENCE]: name };
    }
    if (Array.isArray(item)) return item.map((inner: unknown) => pack(inner, depth + 1));
    if (!isPlain(item)) throw trainerErrors.STATE_NOT_PLAIN({ path: prefix, received: item });
    const entries = Object.entries(item).filter(([, field]) => field !== undefined);
    return Object.fromEntries(
      entries.map(([key, field]) => [key.startsWith('$') ? `$${key}` : key, pack(field, depth + 1)]),
    );
  };
  return pack(value, 0);
}

/** The inverse of `packState`. */
export function unpackState(value: Json, tensors: ReadonlyMap<string, StoredTensor>): StateValue {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => unpackState(item, tensors));
  if (NUMBER in value) return Number(value[NUMBER]);
  if (REFERENCE in value) return tensors.get(value[REFERENCE] as string)!.data;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.startsWith('$$') ? key.slice(1) : key,
      unpackState(item, tensors),
    ]),
  );
}

function isPlain(value: unknown): value is { readonly [key: string]: StateValue } {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isList<Item>(value: readonly Item[] | { readonly [key: string]: Item }): value is readonly Item[] {
  return Array.isArray(value);
}
