/** Where setting up native stands. */
export interface SetupProgress {
  /** `wait`: another process is at it; the others in the order in which they come. */
  readonly stage: 'wait' | 'download' | 'verify' | 'unpack' | 'build' | 'test' | 'link' | 'done';
  /** One line for people. */
  readonly message: string;
  /** How much of the stage is done, in `unit`; absent where it cannot be told. */
  readonly done?: number;
  /** How much there is; absent where unknown. */
  readonly total?: number;
  readonly unit?: 'bytes' | 'steps';
}

/** Receives progress; called up to a few times a second. */
export type OnSetupProgress = (progress: SetupProgress) => void;
