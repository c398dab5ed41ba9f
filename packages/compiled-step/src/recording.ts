import type { Variable } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import type { Handle, HostValues } from './recordable-backend.js';

/** Where a value comes from that the step does not compute. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  /** `place` among the draws of the call. */
  | { readonly kind: 'draw'; readonly place: number }
  | { readonly kind: 'variable'; readonly variable: Variable }
  /** A tensor of somebody else, alive before the step and after it. */
  | { readonly kind: 'captured'; readonly id: number };

/** A value from outside, with its handle in this recording. */
export interface Outside extends Handle {
  readonly source: Source;
}

/** What a step asked the host for. */
export interface DrawRequest {
  readonly purpose: string;
  readonly shape: readonly number[];
  /** Whether the first axis is that of the batch's rows. */
  readonly rows?: boolean;
}

/** A value that the step made on the host. */
export interface Constant {
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly values: HostValues;
}

/** One call of TensorFlow. */
export interface RecordedOp {
  readonly name: string;
  readonly attributes: readonly OpAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly Handle[];
}

/** Everything that one call of a step did, in order; values are named by their handles. */
export interface Recording {
  readonly ops: readonly RecordedOp[];
  readonly constants: ReadonlyMap<number, Constant>;
  readonly outside: ReadonlyMap<number, Outside>;
  /** In the order of asking. */
  readonly draws: readonly DrawRequest[];
  readonly outputs: readonly (readonly [name: string, id: number])[];
  readonly updates: readonly (readonly [variable: Variable, id: number])[];
  /** Variables that the step made: another call will find them there. */
  readonly newVariables: readonly Variable[];
  /** Why the step cannot be replayed. */
  readonly problem: string | undefined;
  /** Whether it reaches other processes, so that what was computed eagerly is of the right shapes only. */
  readonly reduces: boolean;
}
