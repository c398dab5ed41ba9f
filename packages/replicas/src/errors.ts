import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Everything that can be wrong with processes that train together. */
export const errors = defineErrors('REPLICAS', {
  BAD_OPTION: optionEntry({
    where: 'dataParallel',
    option: 'timeoutSeconds',
    expected: 'a number above 0',
    received: 0,
  }),
  BAD_ENVIRONMENT: errorEntry(
    (d: { variable: string; expected: string; received: string }) =>
      `The environment variable ${d.variable} should be ${d.expected}, received '${d.received}'. It says which of the processes this one is; set it as docs/scaling.md shows, or unset it to train alone.`,
    {
      variable: 'EVENKEEL_CLUSTER',
      expected: "'RANK/SIZE@HOST:PORT', such as '0/2@127.0.0.1:29500'",
      received: '2/2@node1',
    },
  ),
  HOSTS_MISSING: errorEntry(
    (d: { leader: string }) =>
      `The ranks are to meet at '${d.leader}', outside of this machine, and no list says which machines take part. TensorFlow's server answers everybody who reaches it and runs what it is told, so name them on a network that you trust: dataParallel({ hosts: ['node1', 'node2'] }) or EVENKEEL_HOSTS=node1,node2.`,
    { leader: 'node1' },
  ),
  NO_NATIVE: errorEntry(
    (d: { backend: string }) =>
      `Several processes train together on the backend native with the CPU only, and '${d.backend}' is in use. Call useBackend('native') before the trainer is made; \`npx evenkeel setup native\` builds it.`,
    { backend: 'wasm' },
  ),
  NO_LEADER: errorEntry(
    (d: { rank: number; leader: string; seconds: number; reason: string }) =>
      `Rank ${d.rank} did not reach rank 0 at '${d.leader}' within ${d.seconds} s (${d.reason}). See that rank 0 is started, on that machine, and that its port is open; meetSeconds allows for more time.`,
    { rank: 1, leader: 'node1:29500', seconds: 60, reason: 'ECONNREFUSED' },
  ),
  CANNOT_LISTEN: errorEntry(
    (d: { host: string; port: number; reason: string }) =>
      `Rank 0 cannot listen at '${d.host}', port ${d.port}: ${d.reason}. The leader has to be an address of rank 0's own machine, with a port that is free there.`,
    { host: 'node1', port: 29500, reason: 'listen EADDRINUSE' },
  ),
  RANKS_MISSING: errorEntry(
    (d: { missing: readonly number[]; size: number; seconds: number }) =>
      `Of ${d.size} ranks, ${d.missing.length === 1 ? 'rank' : 'ranks'} ${d.missing.join(', ')} did not come within ${d.seconds} s. Check that every process was started, and read its output; meetSeconds allows for more time.`,
    { missing: [2, 3], size: 4, seconds: 60 },
  ),
  DIFFERENT: errorEntry(
    (d: { rank: number; what: string; expected: unknown; received: unknown }) =>
      `Rank ${d.rank} differs from rank 0 in ${d.what}: expected ${JSON.stringify(d.expected)}, received ${JSON.stringify(d.received)}. Start every rank with the same program, data and versions.`,
    { rank: 1, what: 'the version of TensorFlow', expected: '2.21.0', received: '2.20.0' },
  ),
  RANK_TAKEN: errorEntry(
    (d: { rank: number }) =>
      `Two processes say that they are rank ${d.rank}. Give every process its own number, from 0.`,
    { rank: 1 },
  ),
  NOT_ADMITTED: errorEntry(
    (d: { address: string; hosts: readonly string[] }) =>
      `Rank 0 does not let '${d.address}' in: its hosts are ${quoteAll(d.hosts)}. Add the machine to hosts on every rank.`,
    { address: '10.0.0.7', hosts: ['node1', 'node2'] },
  ),
  LOST: errorEntry(
    (d: { rank: number; process: string }) =>
      `Rank ${d.rank} (${d.process}) ended before the others. What it wrote last says why; if nothing, it was killed, often for lack of memory. Start all ranks again: they resume from the newest checkpoint (evenkeel run --restarts does it).`,
    { rank: 1, process: 'process 4711 on node2' },
  ),
  STALLED: errorEntry(
    (d: { rank: number; process: string; call: string; seconds: number }) =>
      `Rank ${d.rank} (${d.process}) did not answer for ${d.seconds} s, in ${d.call}. The process or its machine is stuck. Stop it and start all ranks again. timeoutSeconds allows for more time.`,
    { rank: 1, process: 'process 4711 on node2', call: 'agree', seconds: 300 },
  ),
  RANK_FAILED: errorEntry(
    (d: { rank: number; reason: string }) =>
      `Rank ${d.rank} failed, and so all ranks end. It said: ${d.reason}`,
    { rank: 1, reason: 'Example 7 of the training data has the input NaN.' },
  ),
  OUT_OF_STEP: errorEntry(
    (d: { rank: number; expected: string; received: string }) =>
      `Rank ${d.rank} is at '${d.received}' where this one is at '${d.expected}'. All ranks must make the same calls of the trainer in the same order: no fit, evaluate, save or resume on some ranks only.`,
    { rank: 1, expected: 'agree', received: 'fromLeader' },
  ),
  DRIFTED: errorEntry(
    (d: { rank: number; what: string }) =>
      `Rank ${d.rank} no longer holds the same bits as rank 0: ${d.what} differs. Something in the step is not the same on every rank, such as a host value, a plugin that draws without a stream, or another processor; look at what sets it first.`,
    { rank: 1, what: "variable 'backbone/conv1/kernel'" },
  ),
  SYNC_OF_PARTS: errorEntry(
    (d: { rows: number; size: number }) =>
      `syncBatchNorm takes the statistics of a whole batch at once, and this rank was to compute its ${d.rows} rows in parts of ${d.size}. Leave out microBatch, or syncBatchNorm.`,
    { rows: 64, size: 16 },
  ),
  LAUNCH_FAILED: errorEntry(
    (d: { rank: number; ending: string; restarts: number }) =>
      `Rank ${d.rank} ${d.ending}, and so the run ended${d.restarts > 0 ? ` after ${d.restarts} restarts` : ''}. Its last lines are above; the same command again resumes from the newest checkpoint, if the script resumes.`,
    { rank: 1, ending: 'was ended by SIGKILL', restarts: 3 },
  ),
});
