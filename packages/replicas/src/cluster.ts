import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { rm } from 'node:fs/promises';
import { shareCollectives, startCollectives } from '@evenkeel/tensorflow-node';
import { nativeBackend } from '@evenkeel/tensorflow-node/backend';
import { isEvenkeelError, messageOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor1D } from '@tensorflow/tfjs-core';
import type { CommonState, Replicas, RowShare, Wishes } from '@evenkeel/trainer-core';
import { freePort } from './engine/free-port.js';
import { ROWS_OF_RANKS } from './engine/gradients-over-ranks.js';
import { serverDef, sessionConfig } from './engine/server-def.js';
import { makeSharedMemory } from './engine/shared-memory.js';
import { errors } from './errors.js';
import { codeFacts } from './meeting/code-facts.js';
import { refusalOf } from './meeting/credentials.js';
import type { Credentials } from './meeting/credentials.js';
import { follow } from './meeting/follow.js';
import { isLoopback, requireHosts } from './meeting/hosts.js';
import { digestsOf, firstDifference } from './meeting/digests.js';
import { lead } from './meeting/lead.js';
import type { MeetingSettings } from './meeting/lead.js';
import type { Peer } from './meeting/peer.js';
import type { Place } from './place/place.js';

/** How ranks wait for each other. */
export interface ClusterSettings extends MeetingSettings {
  /** Seconds after which a rank that does not answer is given up. */
  readonly timeoutSeconds: number;
  /** Whether ranks of one machine reduce in memory that they share. */
  readonly sharedMemory: boolean;
  /** Whether layers take statistics of the whole batch. */
  readonly syncBatchNorm: boolean;
}

/** How long a rank that failed still listens to the others. */
const FAREWELL_MS = 200;

/** How long a failure of TensorFlow waits for the news which rank it comes from, s. */
const NEWS_SECONDS = 3;

/** Other processes, reached over lines to and from rank 0; tensors go through shared memory, or over TensorFlow's own runtime. */
export class Cluster implements Replicas {
  readonly name: string;
  readonly rank: number;
  readonly size: number;
  readonly #place: Place;
  readonly #settings: ClusterSettings;
  #peers: readonly Peer[] = [];
  #joined: Promise<void> | undefined;
  /** Another rank's failure or end, the first that is known here. */
  #ended: Error | undefined;
  #onNews: () => void = () => undefined;
  /** Whether the others know that this rank ends. */
  #told = false;

  constructor(place: Place, settings: ClusterSettings) {
    this.#place = place;
    this.#settings = settings;
    this.rank = place.rank;
    this.size = place.size;
    this.name = `rank ${place.rank} of ${place.size}`;
  }

  /** After the loss of rank 0 rank 1 carries on: nobody else has its state at hand. */
  get leads(): boolean {
    if (this.rank === 0) return true;
    const ended = this.#ended;
    return this.rank === 1 && isEvenkeelError(ended, 'REPLICAS_LOST') && isRank0(ended.details);
  }

  join(): Promise<void> {
    this.#joined ??= this.#join();
    return this.#joined;
  }

  async #join(): Promise<void> {
    const backend = nativeBackend() as { readonly isUsingGpuDevice?: boolean } | undefined;
    if (backend === undefined || backend.isUsingGpuDevice) {
      throw errors.NO_NATIVE({ backend: backend ? 'native-gpu' : tf.getBackend() });
    }
    const { leader, rank, size } = this.#place;
    requireHosts(leader.host, this.#settings.hosts);
    const shared = rank === 0 && this.#settings.sharedMemory && isLoopback(leader.host);
    const memory = shared ? await makeSharedMemory(size) : undefined;
    try {
      await this.#meet(memory);
      await this.#reduceOnHost('started', 'here', () => 'all here');
    } finally {
      // Whoever has opened it keeps it.
      if (memory !== undefined) await rm(memory, { force: true });
    }
  }

  /** Meets the others, and takes this rank's place in what tensors are reduced over. */
  async #meet(made: string | undefined): Promise<void> {
    const { leader, rank, size, start } = this.#place;
    // Where a firewall stands between machines, the ports are known: those after the leader's.
    const port = isLoopback(leader.host) ? await freePort() : leader.port + 1 + rank;
    const facts = { ...codeFacts(), 'the option syncBatchNorm': String(this.#settings.syncBatchNorm) };
    const name = `process ${process.pid} on ${hostname()}`;
    const own: Credentials = { rank, size, start, process: name, facts, port };
    const meeting =
      rank === 0 ? lead(this.#place, own, this.#settings, made) : follow(this.#place, own, this.#settings);
    const { servers, memory, peers } = await meeting;
    this.#peers = peers;
    for (const peer of peers) peer.whenEnded((error) => this.#heard(error));
    const { timeoutSeconds } = this.#settings;
    if (memory !== undefined) {
      await shareCollectives({ file: memory, rank, size, timeoutSeconds });
      return;
    }
    // A proxy for the web would be asked for the other ranks, too.
    process.env.no_grpc_proxy ??= servers.map((server) => server.replace(/:\d+$/, '')).join();
    await startCollectives({
      serverDef: serverDef(servers, rank),
      config: sessionConfig(rank),
      size,
      timeoutSeconds,
    });
  }

  share(rows: number): RowShare {
    const [from, to] = [this.rank, this.rank + 1].map((rank) => this.#firstRow(rank, rows));
    return to > from ? { from, to, of: rows, counts: true } : { from: 0, to: 1, of: rows, counts: false };
  }

  stepInputs({ of }: RowShare): { [ROWS_OF_RANKS]: Tensor1D } {
    const rows = Array.from(
      { length: this.size },
      (_, rank) => this.#firstRow(rank + 1, of) - this.#firstRow(rank, of),
    );
    return { [ROWS_OF_RANKS]: tf.tensor1d(rows) };
  }

  #firstRow(rank: number, rows: number): number {
    return Math.floor((rank * rows) / this.size);
  }

  agree(wishes: Wishes): Promise<Wishes> {
    return this.#reduceOnHost('agree', wishes, (all) => ({
      stop: all.find(({ stop }) => stop !== undefined)?.stop,
      evaluate: all.some(({ evaluate }) => evaluate),
      checkpoint: all.some(({ checkpoint }) => checkpoint),
    }));
  }

  async gather(values: Float32Array): Promise<readonly Float32Array[]> {
    if (this.rank === 0) return [values, ...(await this.#fromAll<Float32Array>('gather'))];
    this.#throwEnded();
    // An array that is part of a larger one would take all of it along.
    this.#peers[0].send({ call: 'gather', value: values.slice() });
    return [];
  }

  async fromLeader<Value>(make: () => Value | Promise<Value>): Promise<Value> {
    if (this.rank !== 0) return this.#fromRank0<Value>('fromLeader');
    const value = await make();
    this.#throwEnded();
    this.#toAll('fromLeader', value);
    return value;
  }

  /** Digests of everything, compared on rank 0; the first difference is everybody's error. */
  async verify(state: () => CommonState | Promise<CommonState>): Promise<void> {
    const digests = await digestsOf(await state());
    const problem = await this.#reduceOnHost('verify', digests, firstDifference);
    if (problem === undefined) return;
    throw 'received' in problem ? errors.DIFFERENT(problem) : errors.DRIFTED(problem);
  }

  async failed(failure: unknown): Promise<unknown> {
    // What the others were told stays the reason: that they end then is no news.
    if (this.#told) return failure;
    if (isOfReduction(failure)) await this.#news();
    const error = this.#ended ?? failure;
    this.#told = true;
    const { rank } = this;
    // Rank 0 passes on what it heard; another that heard something has it from there.
    if (rank !== 0 && this.#ended) return error;
    const reason = messageOf(error);
    const end = refusalOf(isOfReplicas(error) ? error : errors.RANK_FAILED({ rank, reason }));
    for (const peer of this.#peers) peer.send({ end });
    // Closing a socket with unread data drops the last message, so wait.
    await sleep(FAREWELL_MS);
    return error;
  }

  /** Every rank's value put together on rank 0, and what comes of it on every rank. */
  async #reduceOnHost<Value, Result>(
    call: string,
    value: Value,
    reduce: (all: readonly Value[]) => Result,
  ): Promise<Result> {
    if (this.rank !== 0) {
      this.#throwEnded();
      this.#peers[0].send({ call, value });
      return this.#fromRank0(call);
    }
    const result = reduce([value, ...(await this.#fromAll<Value>(call))]);
    this.#toAll(call, result);
    return result;
  }

  async #fromAll<Value>(call: string): Promise<readonly Value[]> {
    const values: Value[] = [];
    for (const peer of this.#peers) values.push((await this.#receive(peer, call)) as Value);
    return values;
  }

  async #fromRank0<Value>(call: string): Promise<Value> {
    return (await this.#receive(this.#peers[0], call)) as Value;
  }

  #receive(peer: Peer, call: string): Promise<unknown> {
    this.#throwEnded();
    return peer.receive(call, this.#settings.timeoutSeconds);
  }

  #toAll(call: string, value: unknown): void {
    for (const peer of this.#peers) peer.send({ call, value });
  }

  /** When one rank ends, nothing comes of any: whoever is being waited for, the wait is over. */
  #heard(error: Error): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const peer of this.#peers) peer.giveUp(error);
    this.#onNews();
  }

  #throwEnded(): void {
    if (this.#ended) throw this.#ended;
  }

  /** Waits for what ended another rank, for a while. */
  async #news(): Promise<void> {
    if (this.#ended) return;
    await new Promise<void>((heard) => {
      const timer = setTimeout(heard, NEWS_SECONDS * 1000);
      this.#onNews = () => {
        clearTimeout(timer);
        heard();
      };
    });
  }
}

/** Whether a failure comes from a reduction, and so most likely from another rank; TensorFlow says it in words only. */
function isOfReduction(failure: unknown): boolean {
  return failure instanceof Error && /EvenkeelAllReduce|CollectiveReduce|collective/i.test(failure.message);
}

function isOfReplicas(error: unknown): error is Error {
  return isEvenkeelError(error) && error.code.startsWith('REPLICAS_');
}

/** What another rank said has no details: these are of a line that broke here. */
function isRank0(details: unknown): boolean {
  return (details as { readonly rank?: number } | undefined)?.rank === 0;
}
