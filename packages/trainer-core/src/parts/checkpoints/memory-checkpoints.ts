import type { CheckpointStore } from '../../contract/checkpoint-store.js';

/** Where `memoryCheckpoints` says that it keeps a checkpoint: nowhere that outlives the process. */
export const MEMORY = 'memory';

/** Keeps the newest checkpoint in memory, saved only when asked for or when a run stops: the default. */
export function memoryCheckpoints(): CheckpointStore {
  let latest: Uint8Array | undefined;
  return {
    name: MEMORY,
    isDue: () => false,
    save({ bytes }) {
      latest = bytes;
      return Promise.resolve(MEMORY);
    },
    load(wanted: string = MEMORY) {
      return Promise.resolve(wanted === MEMORY ? latest : undefined);
    },
  };
}
