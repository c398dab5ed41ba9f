/** Where processes that train together meet: the address of rank 0. */
export interface Address {
  /** A name or address of a machine. */
  readonly host: string;
  readonly port: number;
}

/** Which of several processes this one is. */
export interface Place {
  /** From 0. */
  readonly rank: number;
  /** Number of processes, 2 or more. */
  readonly size: number;
  /** Where rank 0 listens. */
  readonly leader: Address;
  /** What only processes of one start know, so that those of another are told apart; empty: nothing. */
  readonly start: string;
}
