import './reflect.js';
import { instanceCachingFactory } from 'tsyringe';
import type { DependencyContainer, InjectionToken } from 'tsyringe';
import type { Configured } from '../contract/configured.js';
import { checkOrigin } from '../contract/origin.js';
import type { GivenOptions, RoleRegistry } from '../contract/plugin.js';
import type { FallbackContext, Role, SingleRole, Resolve } from '../contract/roles.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { Attribution, DEFAULT } from './attribution.js';

/** A value, or what makes it, with who gave it. */
interface Given {
  readonly plugin: string;
  readonly identity: boolean;
  make(resolve: Resolve): unknown;
}

/** A decoration, with who gave it. */
interface Decoration {
  readonly plugin: string;
  readonly identity: boolean;
  wrap(inner: unknown, resolve: Resolve): unknown;
}

/** All that was said of one role. */
interface Entry {
  readonly role: Role<unknown>;
  /** Where the container keeps what fills the role before decoration. */
  readonly base: InjectionToken<unknown>;
  readonly given: Given[];
  readonly decorations: Decoration[];
  readonly claims: string[];
  /** What each decoration made. */
  readonly made: unknown[];
  /** Why the default is what it is. */
  reason: string;
}

/** What the book says of one role, for `explain()` and for the identity of a run. */
export interface RoleAccount {
  readonly role: Role<unknown>;
  /** Who fills it and with what: one entry for a single role, one per contribution for a list. */
  readonly providers: readonly {
    readonly plugin: string;
    readonly value: string;
    readonly settings: Configured['settings'];
    readonly identity: boolean;
  }[];
  /** Plugins that decorate it, innermost first. */
  readonly decorators: readonly {
    readonly plugin: string;
    /** The name of what it made of the role, as it would be without decorations that are no part of the identity. */
    readonly value: string;
    readonly settings: Configured['settings'];
    readonly identity: boolean;
  }[];
  /** Plugins that use it inside their own value. */
  readonly claimedBy: readonly string[];
  /** What comes out, decorations included. */
  readonly value: string;
}

/**
 * Collects who fills which role, then answers from the trainer's own container. Whatever it hands out remembers its plugin and
 * role, so that a failure or a wrong result is named without the caller's doing.
 */
export class RoleBook {
  readonly attribution = new Attribution();
  readonly #core: ReadonlySet<Role<unknown>>;
  readonly #container: DependencyContainer;
  readonly #entries = new Map<Role<unknown>['token'], Entry>();
  readonly #resolving: Role<unknown>[] = [];

  /** `known` are the roles that `accounts` lists first, whether somebody fills them or not. */
  constructor(container: DependencyContainer, known: readonly Role<unknown>[]) {
    this.#container = container;
    this.#core = new Set(known);
    for (const role of known) this.#entry(role);
  }

  /** The registry that one plugin sees; `isOpen` turns false when its setup has returned. */
  registryFor(plugin: string, isOpen: () => boolean): RoleRegistry {
    const entryFor = (call: string, role: Role<unknown>, kind: Role<unknown>['kind'], instead: string) => {
      if (!isOpen()) throw trainerErrors.LATE_CALL({ plugin, call });
      if (role?.token === undefined) throw trainerErrors.NO_ROLE({ plugin, call, received: role });
      if (role.kind !== kind) throw trainerErrors.WRONG_KIND({ plugin, role: role.name, call, instead });
      return this.#entry(role);
    };
    const give = (entry: Entry, make: Given['make'], { identity }: GivenOptions = {}) => {
      const [first] = entry.given;
      const { role } = entry;
      if (role.kind === 'one' && first) {
        throw trainerErrors.TWO_PROVIDERS({ role: role.name, first: first.plugin, second: plugin });
      }
      entry.given.push({ plugin, make, identity: identity ?? role.identity });
    };
    return {
      provide: (role, value, options) => {
        const entry = entryFor('roles.provide', role, 'one', 'roles.contribute');
        this.attribution.check({ plugin, role }, value);
        give(entry, () => value, options);
      },
      provideFrom: (role, make, options) =>
        give(entryFor('roles.provideFrom', role, 'one', 'roles.contribute'), make, options),
      contribute: (role, value, options) => {
        const entry = entryFor('roles.contribute', role, 'list', 'roles.provide');
        this.attribution.check({ plugin, role }, value);
        give(entry, () => value, options);
      },
      decorate: <T>(
        role: SingleRole<T>,
        wrap: (inner: T, resolve: Resolve) => T,
        { identity }: GivenOptions = {},
      ) => {
        const entry = entryFor('roles.decorate', role, 'one', 'roles.contribute');
        entry.decorations.push({
          plugin,
          identity: identity ?? role.identity,
          wrap: (inner, resolve) => wrap(inner as T, resolve),
        });
      },
      claim: (role) => {
        entryFor('roles.claim', role, 'one', 'roles.contribute').claims.push(plugin);
      },
    };
  }

  /** Plugins that fill a role. */
  readonly providersOf = (role: Role<unknown>): string[] =>
    this.#entry(role).given.map(({ plugin }) => plugin);

  /** Plugins that claimed a role. */
  readonly claimsOf = (role: Role<unknown>): readonly string[] => this.#entry(role).claims;

  /** The value of a role, decorations included; always the same one. */
  readonly resolve: Resolve = <T>(role: Role<T>): T => {
    this.#entry(role);
    const from = this.#resolving.indexOf(role);
    if (from >= 0) {
      const circle = [...this.#resolving.slice(from), role].map(({ name }) => name);
      throw trainerErrors.ROLE_CYCLE({ roles: circle });
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
    return Array.from(this.#entries.values(), (entry) => {
      const { role, given, claims } = entry;
      const value = nameOf(this.resolve(role));
      const base = this.#container.resolve<unknown>(entry.base);
      const values = role.kind === 'list' ? (base as readonly unknown[]) : [base];
      const defaults = values.length - given.length;
      return {
        role,
        providers: values.map((each, at) => ({
          plugin: given[at - defaults]?.plugin ?? entry.reason,
          value: nameOf(each),
          settings: settingsOf(each),
          identity: given[at - defaults]?.identity ?? role.identity,
        })),
        decorators: namedDecorations(entry, nameOf(base)),
        claimedBy: claims,
        value,
      };
    });
  }

  /** Throws TRAINER_WRONG_TASK when somebody gave a value that is for another task. */
  checkTask(task: string): void {
    for (const { role, base, given } of this.#entries.values()) {
      if (given.length === 0) continue;
      const values = [this.#container.resolve<unknown>(base)].flat().slice(-given.length);
      values.forEach((value, at) => {
        const needs = (value as { readonly task?: string } | null)?.task;
        if (needs === undefined || needs === task) return;
        const what = `${role.name} '${nameOf(value)}' of ${given[at].plugin}`;
        throw trainerErrors.WRONG_TASK({ what, needs, task });
      });
    }
  }

  /** What is said of a role; the first mention registers it in the container. */
  #entry(role: Role<unknown>): Entry {
    checkOrigin(`Role '${role.name}'`, role);
    const known = this.#entries.get(role.token);
    if (known) return known;
    const entry: Entry = {
      role,
      base: Symbol(`${role.name}, undecorated`),
      given: [],
      decorations: [],
      claims: [],
      made: [],
      reason: DEFAULT,
    };
    this.#entries.set(role.token, entry);
    const cached = (make: () => unknown) => ({ useFactory: instanceCachingFactory(make) });
    this.#container.register(
      entry.base,
      cached(() => this.#base(entry)),
    );
    this.#container.register(
      role.token,
      cached(() => this.#decorated(entry)),
    );
    return entry;
  }

  #decorated({ role, base, decorations, made }: Entry): unknown {
    return decorations.reduce((inner, { plugin, wrap }) => {
      const value = this.attribution.enter({ plugin, role }, () => wrap(inner, this.resolve));
      made.push(value);
      return value;
    }, this.#container.resolve<unknown>(base));
  }

  /** What fills a role before decoration. */
  #base(entry: Entry): unknown {
    const { role, given } = entry;
    const values = given.map(({ plugin, make }) =>
      this.attribution.enter({ plugin, role }, () => make(this.resolve)),
    );
    if (role.kind === 'one' && values.length > 0) return values[0];
    const fallback = this.#fallback(entry);
    if (role.kind === 'one') return fallback;
    const names = new Set(values.map(nameOf));
    return [...(fallback as readonly unknown[]).filter((value) => !names.has(nameOf(value))), ...values];
  }

  #fallback(entry: Entry): unknown {
    const { role } = entry;
    const { name, purpose, option, kind, fallback } = role;
    if (fallback === undefined) {
      if (kind === 'list') return [];
      // createTrainer has options for the core's roles alone.
      throw trainerErrors.NO_PROVIDER({
        role: name,
        purpose,
        option: this.#core.has(role) ? option : undefined,
      });
    }
    const context: FallbackContext = {
      resolve: this.resolve,
      providersOf: this.providersOf,
      claimsOf: this.claimsOf,
      because: (reason) => void (entry.reason = reason),
    };
    const owner = { plugin: DEFAULT, role };
    if (kind === 'one') return this.attribution.enter(owner, () => fallback.make(context));
    return (fallback.make(context) as readonly unknown[]).map((value) =>
      this.attribution.enter(owner, () => value),
    );
  }
}

/**
 * Decorations with what they made, named as it would be without those that are no part of the identity: where a name holds that
 * of what it wraps, it gets the one that this would have.
 */
function namedDecorations({ decorations, made }: Entry, base: string): RoleAccount['decorators'] {
  let [inner, pure] = [base, base];
  return decorations.map(({ plugin, identity }, at) => {
    const name = at < made.length ? nameOf(made[at]) : '';
    const value = inner === '' ? name : name.replaceAll(inner, () => pure);
    inner = name;
    if (identity) pure = value;
    return { plugin, identity, value, settings: settingsOf(made[at]) };
  });
}

function settingsOf(value: unknown): Configured['settings'] {
  return (value as Configured | null | undefined)?.settings;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(nameOf).join(', ');
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return typeof value;
}
