import type { packState } from './state-codec.js';

/** Plain data as JSON, arrays among the tensors. */
type Packed = ReturnType<typeof packState>;

/** State of a plugin in a checkpoint. */
export interface SavedState {
  readonly plugin: string;
  readonly key: string;
  readonly version: number;
  readonly value: Packed;
  /** Whether a run may resume without it. */
  readonly optional?: boolean;
}

/** The JSON part of a checkpoint. */
export interface SnapshotJson {
  readonly run: Packed;
  /** What must be the same for the run to resume exactly. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** Variables that are evaluated with the values of others, by name; since version 2 of the format. */
  readonly evaluationWeights?: Readonly<Record<string, string>>;
  readonly api: string;
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly states: readonly SavedState[];
  /** Draws so far of every plugin's random stream. */
  readonly streams: Readonly<Record<string, number>>;
}

/** What the names of stored variables begin with. */
export const VARIABLES = 'variables/';
