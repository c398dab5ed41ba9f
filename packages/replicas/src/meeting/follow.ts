import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { EvenkeelError } from '@evenkeel/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../errors.js';
import type { Place } from '../place/place.js';
import type { Answer, Credentials } from './credentials.js';
import type { Meeting, MeetingSettings } from './lead.js';
import { Peer } from './peer.js';

/** Between two tries to reach a leader that is not there yet, ms. */
const PAUSE = 100;

/**
 * Another rank of a meeting: comes to rank 0, which may still be starting, says who it is, and waits for the others. Throws
 * REPLICAS_NO_LEADER, and what rank 0 finds wrong.
 */
export async function follow(place: Place, own: Credentials, settings: MeetingSettings): Promise<Meeting> {
  const { leader, rank } = place;
  const { meetSeconds } = settings;
  const until = performance.now() + meetSeconds * 1000;
  const socket = await reach(place, meetSeconds, until);
  const peer = new Peer(socket, { rank: 0, process: `${leader.host}:${leader.port}` });
  peer.send({ call: 'meet', value: own });
  // Rank 0 gives up first, and then says who is missing.
  const seconds = Math.max(until - performance.now(), 0) / 1000 + meetSeconds;
  const answer = (await peer.receive('meet', seconds).catch((error: Error) => {
    const at = `${leader.host}:${leader.port}`;
    throw errors.NO_LEADER({
      rank,
      leader: at,
      seconds: meetSeconds,
      reason: `it hung up: ${error.message}`,
    });
  })) as Answer;
  if ('refused' in answer) throw new EvenkeelError(answer.refused.code, answer.refused.text);
  peer.admit({ rank: 0, process: answer.processes[0] });
  const { servers, memory } = answer;
  return { servers, memory, peers: [peer] };
}

async function reach({ leader, rank }: Place, seconds: number, until: number): Promise<Socket> {
  for (;;) {
    const socket = connect(leader);
    try {
      await new Promise<void>((connected, fail) => {
        const timer = setTimeout(() => fail(new Error('no answer')), Math.max(until - performance.now(), 1));
        socket.once('connect', () => (clearTimeout(timer), connected()));
        socket.once('error', (error) => (clearTimeout(timer), fail(error)));
      });
      return socket;
    } catch (error) {
      socket.destroy();
      const { code, message } = error as NodeJS.ErrnoException;
      const at = `${leader.host}:${leader.port}`;
      if (performance.now() + PAUSE > until) {
        throw errors.NO_LEADER({ rank, leader: at, seconds, reason: code ?? message });
      }
      await sleep(PAUSE);
    }
  }
}
