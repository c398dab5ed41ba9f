import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from '../engine/free-port.js';
import type { Place } from '../place/place.js';
import type { Credentials } from './credentials.js';
import { follow } from './follow.js';
import { requireHosts } from './hosts.js';
import { lead } from './lead.js';

/** Places and credentials of `size` ranks that meet on one free port. */
async function ranks(size: number) {
  const leader = { host: '127.0.0.1', port: await freePort() };
  const place = (rank: number): Place => ({ rank, size, leader, start: 'a' });
  const own = (rank: number, changes: Partial<Credentials> = {}): Credentials => ({
    rank,
    size,
    start: 'a',
    process: `process ${rank}`,
    facts: { 'the version of TensorFlow': '2.21.0' },
    port: 5000 + rank,
    ...changes,
  });
  const settings = { hosts: [], meetSeconds: 20 };
  return {
    leader,
    lead: (seconds = 20) => lead(place(0), own(0), { ...settings, meetSeconds: seconds }),
    follow: (rank: number, changes?: Partial<Credentials>, seconds = 20) =>
      follow(place(rank), own(rank, changes), { ...settings, meetSeconds: seconds }),
  };
}

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );

describe('a meeting', () => {
  it('brings all ranks together in whichever order they come, and then carries values both ways', async () => {
    const { lead, follow } = await ranks(3);
    const late = follow(2);
    const all = await Promise.all([lead(), follow(1), late]);
    const servers = ['127.0.0.1:5000', '127.0.0.1:5001', '127.0.0.1:5002'];
    for (const meeting of all) expect(meeting.servers).toEqual(servers);
    expect(all.map(({ peers }) => peers.length)).toEqual([2, 1, 1]);
    const values = Float32Array.from({ length: 100_000 }, (_, at) => at);
    all[2].peers[0].send({ call: 'gather', value: values });
    all[2].peers[0].send({ call: 'agree', value: 'next' });
    expect(await all[0].peers[1].receive('gather', 20)).toEqual(values);
    expect(await all[0].peers[1].receive('agree', 20)).toBe('next');
  });

  it('names who is missing, to those who are there', async () => {
    const { lead, follow } = await ranks(4);
    const texts = await Promise.all([errorOf(lead(2)), errorOf(follow(2, {}, 2))]);
    for (const text of texts) {
      expect(text).toContain('[REPLICAS_RANKS_MISSING] Of 4 ranks, ranks 1, 3 did not come within 2 s');
    }
  });

  it('says that rank 0 never came', async () => {
    const { follow } = await ranks(2);
    expect(await errorOf(follow(1, {}, 1))).toMatch(/REPLICAS_NO_LEADER.*within 1 s \(ECONNREFUSED\)/);
  });

  it.each([
    [
      { size: 3 },
      /REPLICAS_DIFFERENT.*Rank 1 differs from rank 0 in the number of ranks: expected 2, received 3/,
    ],
    [{ facts: { 'the version of TensorFlow': '2.20.0' } }, /in the version of TensorFlow: .*2.21.0.*2.20.0/],
    [{ rank: 0 }, /REPLICAS_RANK_TAKEN.*rank 0/],
  ])('refuses a rank with %j, on both sides', async (changes, expected) => {
    const { lead, follow } = await ranks(2);
    const texts = await Promise.all([errorOf(lead()), errorOf(follow(1, changes))]);
    for (const text of texts) expect(text).toMatch(expected);
  });

  it('pays no attention to strangers and to ranks of another start', async () => {
    const { lead, follow, leader } = await ranks(2);
    const meeting = lead();
    const other = errorOf(follow(1, { start: 'b' }));
    const stranger = connect(leader, () => stranger.write('GET / HTTP/1.1\r\n\r\n'));
    stranger.on('error', () => undefined);
    expect(await other).toMatch(/REPLICAS_NO_LEADER.*hung up/);
    await follow(1);
    expect((await meeting).peers).toHaveLength(1);
    stranger.destroy();
  });

  it('says that its own name is not known', async () => {
    const leader = { host: 'nowhere.invalid', port: await freePort() };
    const own = { rank: 0, size: 2, start: 'a', process: 'process 0', facts: {}, port: 5000 };
    const meeting = lead({ rank: 0, size: 2, leader, start: 'a' }, own, { hosts: ['b'], meetSeconds: 2 });
    expect(await errorOf(meeting)).toMatch(/REPLICAS_CANNOT_LISTEN.*nowhere.invalid.*(ENOTFOUND|EAI_AGAIN)/);
  });

  it('says that the port is taken', async () => {
    const one = await ranks(2);
    const first = errorOf(one.lead(3));
    expect(await errorOf(one.lead(3))).toMatch(/REPLICAS_CANNOT_LISTEN.*EADDRINUSE/);
    expect(await first).toMatch(/REPLICAS_RANKS_MISSING/);
  });
});

describe('a line', () => {
  it('names a call out of step, a rank that is silent, and one that ended', async () => {
    const { lead, follow } = await ranks(2);
    const [{ peers: down }, { peers: up }] = await Promise.all([lead(), follow(1)]);
    up[0].send({ call: 'verify', value: 1 });
    expect(await errorOf(down[0].receive('agree', 5))).toMatch(
      /REPLICAS_OUT_OF_STEP.*Rank 1 is at 'verify'.*'agree'/,
    );
    expect(await errorOf(down[0].receive('agree', 0.2))).toMatch(/REPLICAS_STALLED.*Rank 1 \(process 1\)/);
    const waiting = errorOf(up[0].receive('agree', 20));
    down[0].finish({ end: { code: 'REPLICAS_RANK_FAILED', text: 'Rank 0 failed' } });
    expect(await waiting).toBe('[REPLICAS_RANK_FAILED] Rank 0 failed');
    expect(await errorOf(down[0].receive('agree', 20))).toMatch(/REPLICAS_LOST.*Rank 1/);
  });
});

it('outside of this machine hosts have to be named', () => {
  expect(() => requireHosts('node1', [])).toThrow(/REPLICAS_HOSTS_MISSING.*node1/);
  expect(() => requireHosts('node1', ['node1'])).not.toThrow();
  for (const host of ['127.0.0.1', '::1', 'localhost']) expect(() => requireHosts(host, [])).not.toThrow();
});
