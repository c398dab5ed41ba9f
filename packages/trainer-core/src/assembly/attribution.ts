import { isEvenkeelError, messageOf } from '@evenkeel/errors';
import type { Role } from '../contract/roles.js';
import type { Shape, Watch } from '../contract/shape.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { isPromise } from './is-promise.js';

/** Who gave a value, and for which role. */
export interface Owner {
  readonly plugin: string;
  readonly role: Role<unknown>;
}

/** The owner of what nobody gave. */
export const DEFAULT = 'default';
/** The owner of the options of `createTrainer`. */
export const OPTIONS = 'options';

const AT_ONCE = 'expected its result at once, it gave a promise; the trainer does not wait here';

/** Checks values where they enter, and names their owner when they fail. */
export class Attribution {
  /** Where the run stands, as in `in epoch 2, batch 3 (step 17, tag 'base')`; empty outside of a run. */
  whereabouts: () => string = () => '';
  readonly #owners = new WeakMap<object, Owner>();

  /** Throws TRAINER_BAD_ROLE_VALUE unless a value has the shape that its role asks for. */
  check({ plugin, role }: Owner, value: unknown): void {
    const problem = role.shape.problemOf(value);
    if (problem === undefined) return;
    const { name, option } = role;
    throw trainerErrors.BAD_ROLE_VALUE({ plugin, role: name, option, problem, received: value });
  }

  /** A value that somebody makes for a role, checked, and watched from now on. */
  enter(owner: Owner, make: () => unknown): unknown {
    const value = this.#named(owner, 'setup', make);
    this.check(owner, value);
    const watched = owner.role.shape.watched(value, this.#watch(owner), '');
    if (typeof watched === 'object' && watched !== null) this.#owners.set(watched, owner);
    return watched;
  }

  /** Who gave a value of a role. */
  ownerOf(value: object): Owner | undefined {
    return this.#owners.get(value);
  }

  /** Throws TRAINER_ROLE_RETURNED in the name of the value's owner. */
  refuse(value: { readonly name: string }, member: string, problem: string): never {
    const owner = this.#owners.get(value);
    throw this.#returned(owner?.plugin ?? DEFAULT, owner?.role.name ?? value.name, member, problem);
  }

  #watch(owner: Owner): Watch {
    const watch: Watch = (member, call, { result, awaited }) => {
      const returned = this.#named(owner, member, call);
      if (!isPromise(returned)) return this.#received(owner, member, returned, result, watch);
      if (awaited === false) {
        returned.then(undefined, () => undefined); // what it would have said is too late
        throw this.#returned(owner.plugin, owner.role.name, member, AT_ONCE);
      }
      return returned.then(
        (value) => this.#received(owner, member, value, result, watch),
        (cause: unknown) => {
          throw this.#failure(owner, member, cause);
        },
      ) as typeof returned;
    };
    return watch;
  }

  #received<Value>(
    owner: Owner,
    member: string,
    value: Value,
    result: Shape | undefined,
    watch: Watch,
  ): Value {
    if (result === undefined) return value;
    const problem = result.problemOf(value);
    if (problem !== undefined) throw this.#returned(owner.plugin, owner.role.name, member, problem);
    return result.watched(value, watch, `${member}()`) as Value;
  }

  #named<Result>(owner: Owner, member: string, work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      throw this.#failure(owner, member, cause);
    }
  }

  /** An error with a code names its culprit already. */
  #failure({ plugin, role }: Owner, member: string, cause: unknown): unknown {
    if (isEvenkeelError(cause)) return cause;
    const reason = messageOf(cause);
    if (member === 'setup') return trainerErrors.SETUP_FAILED({ plugin, reason }, { cause });
    const details = { plugin, role: role.name, member, reason, where: this.whereabouts() };
    return trainerErrors.ROLE_FAILED(details, { cause });
  }

  #returned(plugin: string, role: string, member: string, problem: string): Error {
    return trainerErrors.ROLE_RETURNED({ plugin, role, member, problem, where: this.whereabouts() });
  }
}
