import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../errors.js';
import type { Address, Place } from '../place/place.js';
import { areCredentials, refusalOf } from './credentials.js';
import type { Answer, Credentials } from './credentials.js';
import { addressesOf, isLoopback, withoutPrefix } from './hosts.js';
import { Peer } from './peer.js';

/** What a name says that is not known, or not yet. */
const UNKNOWN_NAME: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/** Between two tries to listen at a name that is not known yet, ms. */
const PAUSE = 500;

/** How a meeting is held. */
export interface MeetingSettings {
  /** Machines that may take part, where the ranks meet outside of this one. */
  readonly hosts: readonly string[];
  /** Seconds until all have to be there. */
  readonly meetSeconds: number;
}

/** Who came to a meeting. */
export interface Meeting {
  /** Where every rank's TensorFlow server is, `host:port`. */
  readonly servers: readonly string[];
  /** The file over which ranks of one machine reduce; undefined: over the network. */
  readonly memory: string | undefined;
  /** Lines to the other ranks, in order; of a rank that does not lead: to rank 0 alone. */
  readonly peers: readonly Peer[];
}

/** A process that has come, and where its server can be reached. */
interface Guest {
  readonly peer: Peer;
  readonly credentials: Credentials;
  readonly host: string;
}

/**
 * Rank 0 of a meeting: listens, on the one address where the ranks meet, until all have come and agree with it in everything that has to
 * be the same. What is wrong is told to everybody who is there, and so is the file of `memory`. Throws REPLICAS_RANKS_MISSING, REPLICAS_RANK_TAKEN,
 * REPLICAS_DIFFERENT, REPLICAS_CANNOT_LISTEN.
 */
export async function lead(
  place: Place,
  own: Credentials,
  settings: MeetingSettings,
  memory?: string,
): Promise<Meeting> {
  const guests = new Map<number, Guest>();
  const server = createServer();
  try {
    await allHere(server, place, own, guests, settings);
  } catch (error) {
    for (const { peer } of guests.values()) peer.finish({ call: 'meet', value: refused(error as Error) });
    throw error;
  } finally {
    server.close();
  }
  const ordered = [...guests.values()].sort((a, b) => a.credentials.rank - b.credentials.rank);
  const servers = [
    serverAddress(place.leader.host, own.port),
    ...ordered.map(({ host, credentials }) => serverAddress(host, credentials.port)),
  ];
  const processes = [own.process, ...ordered.map(({ credentials }) => credentials.process)];
  const answer: Answer = { servers, processes, memory };
  for (const { peer } of ordered) peer.send({ call: 'meet', value: answer });
  return { servers, memory, peers: ordered.map(({ peer }) => peer) };
}

async function allHere(
  server: Server,
  place: Place,
  own: Credentials,
  guests: Map<number, Guest>,
  { hosts, meetSeconds }: MeetingSettings,
): Promise<void> {
  // Looked up when somebody comes: a cluster may give a machine its name only when that starts.
  const admits = async (address: string) =>
    isLoopback(place.leader.host) || isLoopback(address) || (await addressesOf(hosts)).has(address);
  await new Promise<void>((done, fail) => {
    const late = setTimeout(() => {
      const ranks = Array.from({ length: place.size - 1 }, (_, at) => at + 1);
      const missing = ranks.filter((rank) => !guests.has(rank));
      fail(errors.RANKS_MISSING({ missing, size: place.size, seconds: meetSeconds }));
    }, meetSeconds * 1000);
    const settle = (error?: Error) => {
      clearTimeout(late);
      if (error) fail(error);
      else done();
    };
    server.on('connection', (socket: Socket) => {
      const address = withoutPrefix(socket.remoteAddress ?? '');
      const peer = new Peer(socket, { rank: -1, process: address });
      const come = async () => {
        if (await admits(address)) return peer.receive('meet', meetSeconds);
        peer.finish({ call: 'meet', value: refused(errors.NOT_ADMITTED({ address, hosts })) });
        return undefined;
      };
      void come().then(
        (credentials) => {
          if (credentials === undefined) return;
          // Whatever else reaches this port is no rank of this start, and nobody's concern.
          if (!areCredentials(credentials) || credentials.start !== own.start) {
            socket.destroy();
            return;
          }
          try {
            check(place, own, credentials, guests);
          } catch (error) {
            guests.set(Infinity, { peer, credentials, host: address }); // it is told too
            settle(error as Error);
            return;
          }
          const { rank } = credentials;
          peer.admit({ rank, process: credentials.process });
          guests.set(rank, { peer, credentials, host: address });
          peer.whenEnded((error) => settle(error));
          if (guests.size === place.size - 1) settle();
        },
        () => socket.destroy(),
      );
    });
    listen(server, place.leader, meetSeconds).catch(settle);
  });
}

/** Listens where the ranks meet; waits for a name that is not known yet. Throws REPLICAS_CANNOT_LISTEN. */
async function listen(server: Server, { host, port }: Address, seconds: number): Promise<void> {
  const until = performance.now() + seconds * 1000 - 2 * PAUSE;
  for (;;) {
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return;
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (!UNKNOWN_NAME.has(code) || performance.now() > until) {
        throw errors.CANNOT_LISTEN({ host, port, reason: message });
      }
      await sleep(PAUSE);
    }
  }
}

/** Throws where a process cannot be the rank that it says. */
function check(
  { size }: Place,
  own: Credentials,
  { rank, size: received, facts }: Credentials,
  guests: ReadonlyMap<number, Guest>,
): void {
  if (received !== size) {
    throw errors.DIFFERENT({ rank, what: 'the number of ranks', expected: size, received });
  }
  if (rank === 0 || guests.has(rank)) throw errors.RANK_TAKEN({ rank });
  for (const [what, expected] of Object.entries(own.facts)) {
    if (facts[what] !== expected) {
      throw errors.DIFFERENT({ rank, what, expected, received: facts[what] });
    }
  }
}

function refused(error: Error): Answer {
  return { refused: refusalOf(error) };
}

function serverAddress(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
