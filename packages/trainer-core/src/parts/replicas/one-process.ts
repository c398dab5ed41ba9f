import type { Replicas } from '../../contract/replicas.js';

/** One process that trains alone: every row is its own, and there is nobody to ask. */
export const oneProcess: Replicas = {
  name: 'one process',
  rank: 0,
  size: 1,
  leads: true,
  join: async () => undefined,
  share: (rows) => ({ from: 0, to: rows, of: rows, counts: true }),
  agree: async (wishes) => wishes,
  gather: async (values) => [values],
  fromLeader: async (make) => make(),
  verify: async () => undefined,
  failed: async (failure) => failure,
};
