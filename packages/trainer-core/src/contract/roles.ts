import type { InjectionToken } from 'tsyringe';
import { marked } from './origin.js';

/** A place in the trainer that plugins can fill: a typed tsyringe token with its kind. */
export interface Role<T> {
  /** Shown by `explain()` and in errors. */
  readonly name: string;
  readonly token: InjectionToken<T>;
  readonly kind: 'one' | 'list';
  /** What it is for, in one sentence. */
  readonly purpose: string;
}

/** A role with exactly one provider, which may be decorated. */
export interface SingleRole<T> extends Role<T> {
  readonly kind: 'one';
  /** Marks the type of its value; never set. */
  readonly __value?: T;
}

/** A role that collects ordered contributions; resolving it gives all of them. */
export interface ListRole<T> extends Role<readonly T[]> {
  readonly kind: 'list';
  /** Marks the type of one contribution; never set. */
  readonly __item?: T;
}

/** Defines a role with one provider; plugins may define roles of their own. */
export function singleRole<T>(name: string, purpose: string): SingleRole<T> {
  return marked({ name, token: Symbol.for(`evenkeel:${name}`), kind: 'one', purpose });
}

/** Defines a role that collects contributions. */
export function listRole<T>(name: string, purpose: string): ListRole<T> {
  return marked({ name, token: Symbol.for(`evenkeel:${name}`), kind: 'list', purpose });
}
