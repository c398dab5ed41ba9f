import type { InjectionToken } from 'tsyringe';
import { marked } from './origin.js';
import type { Shape } from './shape.js';

/** Reads the value of another role; its decorations are included. */
export type Resolve = <T>(role: Role<T>) => T;

/** What a role's default may look at. */
export interface FallbackContext {
  /** The value of another role. */
  readonly resolve: Resolve;
  /** Plugins that fill a role, options of `createTrainer` included. */
  providersOf(role: Role<unknown>): readonly string[];
  /** Plugins that use a role inside their own values. */
  claimsOf(role: Role<unknown>): readonly string[];
  /** Says in `explain()` why this is the default. */
  because(reason: string): void;
}

/** Everything there is to say about a role. */
export interface RoleDeclaration<Value> {
  /** What it is for, in one sentence that names shapes. */
  readonly purpose: string;
  /** When the trainer calls it. */
  readonly called: string;
  /** What one value, or one contribution, has to look like. */
  readonly shape: Shape;
  /** The option of `createTrainer` that fills it. */
  readonly option?: string;
  /** Its value when nobody fills it, and that in words. Default: an empty list, or an error for a role of one. */
  readonly fallback?: { readonly words: string; make(context: FallbackContext): Value };
  /** Whether another value makes another run, which does not resume; default true. */
  readonly identity?: boolean;
}

/** A place in the trainer that plugins can fill: a typed tsyringe token with all that is said of it. */
export interface Role<T> {
  /** Shown by `explain()` and in errors. */
  readonly name: string;
  readonly token: InjectionToken<T>;
  readonly kind: 'one' | 'list';
  readonly purpose: string;
  readonly called: string;
  readonly shape: Shape;
  readonly option: string | undefined;
  readonly fallback: { readonly words: string; make(context: FallbackContext): T } | undefined;
  readonly identity: boolean;
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

/**
 * Declares a role with one provider; plugins may declare their own roles, with the same powers as the core's.
 *
 * @example
 * export const PROJECTOR = role<Projector>('PROJECTOR', {
 *   purpose: 'features [batch, d] to a projection [batch, p]',
 *   called: 'in every training step',
 *   shape: object({ name: text, project: method() }),
 * });
 */
export function role<T>(name: string, declaration: RoleDeclaration<T>): SingleRole<T> {
  return marked({ ...declared(name, declaration), kind: 'one' });
}

/** Declares a role that collects contributions; its `shape` is that of one of them. */
export function listRole<T>(name: string, declaration: RoleDeclaration<readonly T[]>): ListRole<T> {
  return marked({ ...declared(name, declaration), kind: 'list' });
}

function declared<T>(
  name: string,
  { purpose, called, shape, option, fallback, identity = true }: RoleDeclaration<T>,
): Omit<Role<T>, 'kind'> {
  return {
    name,
    token: Symbol.for(`evenkeel:${name}`),
    purpose,
    called,
    shape,
    option,
    fallback,
    identity,
  };
}
