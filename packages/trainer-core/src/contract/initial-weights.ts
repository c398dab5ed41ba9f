import type { NetworkView } from './inspector.js';

/** Gives variables their first values, in place of their initializers: from a checkpoint, or by looking at the data. */
export interface InitialWeights {
  readonly name: string;
  /**
   * Assigns variables of the built network; awaited once, in order, before the optimizer is built and anything is trained,
   * evaluated or predicted. A run that resumes keeps its own values instead. Throws before it assigns anything.
   */
  initialise(view: NetworkView): Promise<void>;
}

/** Where the bytes of a checkpoint come from; every CheckpointStore is one. */
export interface CheckpointSource {
  /** Shown in errors: a path, say. */
  readonly name: string;
  /** The bytes of the checkpoint; undefined when there is none. */
  load(): Promise<Uint8Array | undefined>;
}
