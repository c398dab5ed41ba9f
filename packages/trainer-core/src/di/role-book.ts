import './reflect.js';
import { instanceCachingFactory } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { checkOrigin } from '../contract/origin.js';
import type { Resolve, RoleRegistry } from '../contract/plugin.js';
import type { ListRole, Role, SingleRole } from '../contract/roles.js';
import { trainerErrors } from '../errors.js';
import { namingPlugin } from './naming-plugin.js';

interface Entry {
  readonly plugin: string;
  readonly value: unknown;
}
type Wrap = (inner: unknown, resolve: Resolve) => unknown;

/** What the book says of one role, for `explain()`. */
export interface RoleAccount {
  readonly role: Role<unknown>;
  /** Who fills it and with what: one entry for a single role, one per contribution for a list. */
  readonly providers: readonly { readonly plugin: string; readonly value: string }[];
  /** Plugins that decorate it, innermost first. */
  readonly decorators: readonly string[];
  /** Plugins that use it inside their own value. */
  readonly claimedBy: readonly string[];
  /** What comes out, decorations included. */
  readonly value: string;
}

/** How a role is filled when no plugin fills it; `note` says why, for `explain()`. */
export interface RoleDefault<T = unknown> {
  readonly role: Role<T>;
  /** Absent: an empty list, or an error for a single role. */
  readonly make?: (resolve: Resolve, book: RoleBook) => T;
  readonly note?: (book: RoleBook) => string;
  /** The option of `createTrainer` that fills it, where there has to be one. */
  readonly option?: string;
}

/** Collects who fills which role, then answers from the trainer's own container. */
export class RoleBook {
  readonly #container: DependencyContainer;
  readonly #roles = new Map<Role<unknown>['token'], Role<unknown>>();
  readonly #defaults: ReadonlyMap<Role<unknown>['token'], RoleDefault>;
  readonly #provided = new Map<Role<unknown>['token'], Entry>();
  readonly #contributed = new Map<Role<unknown>['token'], Entry[]>();
  readonly #decorations = new Map<Role<unknown>['token'], { plugin: string; wrap: Wrap }[]>();
  readonly #claims = new Map<Role<unknown>['token'], string[]>();
  readonly #resolving: Role<unknown>[] = [];

  constructor(container: DependencyContainer, defaults: readonly RoleDefault[]) {
    this.#container = container;
    this.#defaults = new Map(defaults.map((entry) => [entry.role.token, entry]));
    for (const { role } of defaults) this.#meet(role);
  }

  /** The registry that one plugin sees; `isOpen` turns false when its setup has returned. */
  registryFor(plugin: string, isOpen: () => boolean): RoleRegistry {
    const check = (call: string, role: Role<unknown>, kind: Role<unknown>['kind'], instead: string) => {
      if (!isOpen()) throw trainerErrors.LATE_CALL({ plugin, call });
      if (role.kind !== kind) throw trainerErrors.WRONG_KIND({ plugin, role: role.name, call, instead });
      this.#meet(role);
    };
    return {
      provide: (role, value) => {
        check('roles.provide', role, 'one', 'roles.contribute');
        const first = this.#provided.get(role.token);
        if (first) {
          throw trainerErrors.TWO_PROVIDERS({ role: role.name, first: first.plugin, second: plugin });
        }
        this.#provided.set(role.token, { plugin, value });
      },
      contribute: (role, value) => {
        check('roles.contribute', role, 'list', 'roles.provide');
        this.#listOf(this.#contributed, role).push({ plugin, value });
      },
      decorate: <T>(role: SingleRole<T>, wrap: (inner: T, resolve: Resolve) => T) => {
        check('roles.decorate', role, 'one', 'roles.contribute');
        this.#listOf(this.#decorations, role).push({ plugin, wrap: wrap as Wrap });
      },
      claim: (role) => {
        check('roles.claim', role, 'one', 'roles.contribute');
        this.#listOf(this.#claims, role).push(plugin);
      },
    };
  }

  /** Plugins that fill a role. */
  providersOf(role: Role<unknown>): string[] {
    const provided = this.#provided.get(role.token);
    return provided
      ? [provided.plugin]
      : (this.#contributed.get(role.token) ?? []).map((entry) => entry.plugin);
  }

  /** Plugins that claimed a role. */
  claimsOf(role: Role<unknown>): readonly string[] {
    return this.#claims.get(role.token) ?? [];
  }

  /** The value of a role, decorations included; always the same one. */
  readonly resolve: Resolve = <T>(role: Role<T>): T => {
    this.#meet(role);
    if (this.#resolving.includes(role)) {
      const from = this.#resolving.indexOf(role);
      throw trainerErrors.ROLE_CYCLE({
        roles: [...this.#resolving.slice(from), role].map((step) => step.name),
      });
    }
    this.#resolving.push(role);
    try {
      return this.#container.resolve<T>(role.token);
    } finally {
      this.#resolving.pop();
    }
  };

  /** One account per known role, in the order in which the loop uses the core's roles. */
  accounts(): RoleAccount[] {
    return [...this.#roles.values()].map((role) => {
      const fallback = this.#defaults.get(role.token);
      const value = this.resolve(role);
      const provided = this.#provided.get(role.token);
      const contributed = this.#contributed.get(role.token);
      const byPlugins = provided ? [provided] : contributed;
      const byDefault = { plugin: fallback?.note?.(this) ?? 'default', value: nameOf(this.#base(role)) };
      return {
        role,
        providers: byPlugins
          ? byPlugins.map((entry) => ({
              plugin: entry.plugin,
              value: nameOf(contributed ? entry.value : this.#base(role)),
            }))
          : [byDefault],
        decorators: (this.#decorations.get(role.token) ?? []).map((decoration) => decoration.plugin),
        claimedBy: this.claimsOf(role),
        value: nameOf(value),
      };
    });
  }

  readonly #bases = new Map<Role<unknown>['token'], unknown>();

  /** What fills a role before decoration, made once. */
  #base(role: Role<unknown>): unknown {
    if (!this.#bases.has(role.token)) this.#bases.set(role.token, this.#makeBase(role));
    return this.#bases.get(role.token);
  }

  #makeBase(role: Role<unknown>): unknown {
    const contributed = this.#contributed.get(role.token);
    if (contributed) return contributed.map((entry) => entry.value);
    const provided = this.#provided.get(role.token);
    if (provided) {
      const { value, plugin } = provided;
      if (typeof value !== 'function') return value;
      return namingPlugin(plugin, () => (value as (resolve: Resolve) => unknown)(this.resolve));
    }
    const fallback = this.#defaults.get(role.token);
    if (fallback?.make) return fallback.make(this.resolve, this);
    if (role.kind === 'list') return [];
    throw trainerErrors.NO_PROVIDER({ role: role.name, purpose: role.purpose, option: fallback?.option });
  }

  #meet(role: Role<unknown>): void {
    checkOrigin(`Role '${role.name}'`, role);
    if (this.#roles.has(role.token)) return;
    this.#roles.set(role.token, role);
    const make = () =>
      (this.#decorations.get(role.token) ?? []).reduce(
        (inner, { plugin, wrap }) => namingPlugin(plugin, () => wrap(inner, this.resolve)),
        this.#base(role),
      );
    this.#container.register(role.token, { useFactory: instanceCachingFactory(make) });
  }

  #listOf<Item>(map: Map<Role<unknown>['token'], Item[]>, role: Role<unknown> | ListRole<unknown>): Item[] {
    const list = map.get(role.token) ?? [];
    map.set(role.token, list);
    return list;
  }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(nameOf).join(', ');
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return typeof value;
}
