import type { Observable } from 'rxjs';
import type { RandomStream } from '../random/random-stream.js';
import type { BatchEvent, EpochEvent, StepEvent, TrainerEvent } from './events.js';
import type { ListRole, Resolve, SingleRole } from './roles.js';

/** What a value says of itself when it is given. */
export interface GivenOptions {
  /** Whether another value makes another run; default: as the role says. */
  readonly identity?: boolean;
}

/** First door: what a plugin may change. */
export interface RoleRegistry {
  /** Fills a role that has exactly one provider; a second provider is an error. */
  provide<T>(role: SingleRole<T>, value: NoInfer<T>, options?: GivenOptions): void;
  /** The same with a value that is made when the role is first resolved, from those of other roles. */
  provideFrom<T>(role: SingleRole<T>, make: (resolve: Resolve) => NoInfer<T>, options?: GivenOptions): void;
  /** Adds to a list role; the order is the plugins' order. */
  contribute<T>(role: ListRole<T>, value: NoInfer<T>, options?: GivenOptions): void;
  /** Wraps whatever fills a role; the first plugin in order is the innermost. */
  decorate<T>(
    role: SingleRole<T>,
    wrap: (inner: T, resolve: Resolve) => NoInfer<T>,
    options?: GivenOptions,
  ): void;
  /** Says that this plugin uses the role's value inside its own, so that it does not also fill SAMPLER. */
  claim<T>(role: SingleRole<T>): void;
}

/**
 * Second door: what a plugin may look at. Streams end with the trainer; nobody listening costs nothing. The loop does not wait
 * for a promise that an observer returns, but one that rejects ends the run as a throw does.
 */
export interface Hooks {
  readonly epoch$: Observable<EpochEvent>;
  readonly batch$: Observable<BatchEvent>;
  readonly step$: Observable<StepEvent>;
  /** All events, in order. */
  readonly events$: Observable<TrainerEvent>;
}

/** Plain data: what JSON can hold, plus typed arrays. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | Float32Array
  | Float64Array
  | Int32Array
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

/** Something that survives in checkpoints. */
export interface Persistent {
  /**
   * Whether a run may resume without it: a checkpoint that lacks it, or a trainer without the plugin. For what changes no
   * number of the run, such as how far a log is written. Default false.
   */
  readonly optional?: boolean;
  /** A whole number, 1 or more; raised when the form of the state changes. What a later version saved is refused. */
  readonly version: number;
  save(): StateValue;
  /** Restores what `save` gave in version `fromVersion`, this one or an older; throws when it cannot be read. */
  load(state: StateValue, fromVersion: number): void;
}

/** Third door: what a plugin may persist. Variables of layers and optimizers are saved without asking. */
export interface StateRegistry {
  /** Adds state under a key that is unique within the plugin; missing state on load is an error. */
  persist(key: string, state: Persistent): void;
}

/** What an observer may ask; the loop acts at its fixed places. */
export interface Requests {
  /** Ends the run after this batch; a run that is stopped can be resumed. */
  requestStop(reason: string): void;
  /** Evaluates after this batch. */
  requestEvaluation(): void;
  /** Saves a checkpoint after this batch, after every observer. */
  requestCheckpoint(): void;
}

/** What `setup` gets: the three doors, and what a plugin needs for itself. */
export interface SetupContext {
  readonly roles: RoleRegistry;
  readonly hooks: Hooks;
  readonly state: StateRegistry;
  readonly requests: Requests;
  /** A stream of random numbers named after the plugin and `purpose`, part of every checkpoint; taken in setup only. */
  random(purpose: string): RandomStream;
  /** The run's seed; `random` and `uniform` follow from it already. */
  readonly seed: number;
  /**
   * Whether this process writes files and shows progress: true, unless several train together (REPLICAS) and another one does.
   * Observers that write or print ask it while the run is under way; it throws during setup, when nobody knows yet.
   */
  leads(): boolean;
}

/** A named bundle of behaviour for one trainer. */
export interface TrainerPlugin {
  /** The package name, such as `@evenkeel/plugin-whitening`; unique within a trainer. */
  readonly name: string;
  /** Version of the plugin, shown by `explain()` and kept in checkpoints. */
  readonly version: string;
  /** Semver range of the plugin contract that it was written for, such as `^2.0`. */
  readonly api: string;
  /** One line for `explain()`: what it does with these options. */
  readonly description?: string;
  /** The task that it is for, such as `classification`; with another one `createTrainer` refuses it. Default: any. */
  readonly task?: string;
  /** Plugins that must be there too. */
  readonly requires?: readonly string[];
  /** Plugins that must not be there. */
  readonly conflicts?: readonly string[];
  /** Before or after the plugins that say nothing; within the same order the list decides. */
  readonly order?: 'pre' | 'post';
  /** Plugins that come earlier, if they are there. */
  readonly after?: readonly string[];
  /** Plugins that come later, if they are there. */
  readonly before?: readonly string[];
  /** Called once per trainer, in order; what it returns is called on dispose, in reverse order, and awaited. */
  setup(context: SetupContext): (() => void | Promise<void>) | void;
}

/** A plugin, nothing, or a preset of them: falsy values are left out and arrays are flattened. */
export type PluginInput = TrainerPlugin | false | null | undefined | '' | 0 | readonly PluginInput[];
