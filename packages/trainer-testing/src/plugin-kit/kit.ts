import type { PluginInput, TrainerOptions, TrainerPlugin } from '@evenkeel/trainer-core';

/** A call of the factory that must be refused. */
export interface WrongOptions {
  /** What is wrong, for the test's name. */
  readonly what: string;
  readonly make: () => unknown;
  /** The code of the error, such as `MINE_BAD_OPTION`. */
  readonly code: string;
  /** The option that the text must name. */
  readonly option?: string;
}

/** How steps are compiled where that is possible. */
export interface CompiledRuns {
  /** `compileStep` of @evenkeel/compiled-step. */
  readonly compile: NonNullable<TrainerOptions['compile']>;
  /** Makes the backend current on which steps are compiled; false where it is not at hand, which skips the check. */
  readonly prepare: () => Promise<boolean>;
}

/** What the conformance kit may know of a plugin. */
export interface PluginKitOptions {
  /** What the runs start from; default: `tinyDataset()`, `tinyBackbone({ statistics: true, dropout: 0.2 })`, batches of 6, seed 3. */
  readonly trainer?: Partial<Omit<TrainerOptions, 'plugins'>>;
  /** Epochs of a run; default 2. */
  readonly epochs?: number;
  /** Plugins that it must get on with, by name, in both list orders; default none. */
  readonly beside?: Readonly<Record<string, () => PluginInput>>;
  /** The plugin with the options that switch it off: nothing may change then. */
  readonly off?: () => PluginInput;
  /** That it only looks: a run with it has the weights of a run without it. Default false. */
  readonly observer?: boolean;
  /**
   * That it has no statistics of the batch: in micro-batches it trains as in whole batches, to float tolerance. Default false,
   * which compares nothing.
   */
  readonly microBatches?: boolean;
  /** Calls that must be refused. */
  readonly wrongOptions?: readonly WrongOptions[];
  /** How to compare compiled with eager runs; default: not compared. */
  readonly compiled?: CompiledRuns;
}

/** A plugin under test. */
export interface PluginKit extends PluginKitOptions {
  /** Makes the plugin again, its options included. */
  readonly factory: () => TrainerPlugin;
}

/** One rule of the kit: what is wrong, in words that say what to do; empty when nothing is. */
export type PluginCheck = (kit: PluginKit) => Promise<readonly string[]>;
