import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { EvenkeelError } from '@evenkeel/errors';
import { errors } from '../errors.js';
import type { Refusal } from './credentials.js';

/** What goes over a line: a value under the name of the call that it belongs to, or why everything ends. */
export type Message = { readonly call: string; readonly value: unknown } | { readonly end: Refusal };

/** Bytes of a message before the other side is known. */
const MOST_BYTES_OF_A_STRANGER = 1 << 16;
const HEADER_BYTES = 4;

interface Waiting {
  readonly take: (message: Message) => void;
  readonly fail: (error: Error) => void;
}

/** The process at the other end. */
export interface Identity {
  readonly rank: number;
  /** Such as `process 4711 on node2`. */
  readonly process: string;
}

/**
 * A line to another process: values in order, typed arrays included. It keeps this process alive only while somebody waits, and
 * knows when the other one ended.
 */
export class Peer {
  readonly #socket: Socket;
  readonly #inbox: Message[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #onEnd: ((error: Error) => void)[] = [];
  #received: Buffer[] = [];
  #bytes = 0;
  #error: Error | undefined;
  #who: Identity;
  #known = false;

  constructor(socket: Socket, who: Identity) {
    this.#socket = socket;
    this.#who = who;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => this.#end());
    socket.unref();
  }

  get who(): Identity {
    return this.#who;
  }

  /** Why nothing comes any more: the other process ended, or said that it failed. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** From here on the other side may send messages of any size. */
  admit(who: Identity): void {
    this.#who = who;
    this.#known = true;
  }

  /** Calls back when the other process ends or fails; at once where it has. */
  whenEnded(listener: (error: Error) => void): void {
    if (this.#error) listener(this.#error);
    else this.#onEnd.push(listener);
  }

  /** Sends a message, or does nothing where the other process has ended. */
  send(message: Message): void {
    if (this.#socket.destroyed) return;
    const body = serialize(message);
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32BE(body.length);
    this.#socket.write(header);
    this.#socket.write(body);
  }

  /** Sends a last message and hangs up. */
  finish(message: Message): void {
    this.send(message);
    this.#socket.end();
  }

  /**
   * The next value, which has to be one of `call`. Throws REPLICAS_STALLED after `seconds`, REPLICAS_OUT_OF_STEP for that of
   * another call, REPLICAS_LOST where the other process ended, and what it said where it failed.
   */
  async receive(call: string, seconds: number): Promise<unknown> {
    const message = await this.#next(call, seconds);
    if ('end' in message) throw this.#fail(message.end);
    if (message.call !== call) {
      throw errors.OUT_OF_STEP({ rank: this.#who.rank, expected: call, received: message.call });
    }
    return message.value;
  }

  #next(call: string, seconds: number): Promise<Message> {
    const message = this.#inbox.shift();
    if (message) return Promise.resolve(message);
    if (this.#error) return Promise.reject(this.#error);
    return new Promise((take, fail) => {
      const stalled = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        fail(errors.STALLED({ ...this.#who, call, seconds }));
      };
      const timer = setTimeout(stalled, seconds * 1000); // it also keeps this process alive
      const waiting: Waiting = {
        take(next) {
          clearTimeout(timer);
          take(next);
        },
        fail(error) {
          clearTimeout(timer);
          fail(error);
        },
      };
      this.#waiting.push(waiting);
    });
  }

  #take(bytes: Buffer): void {
    this.#received.push(bytes);
    this.#bytes += bytes.length;
    for (;;) {
      const message = this.#whole();
      if (message === undefined) return;
      if ('end' in message) this.#fail(message.end);
      else if (this.#waiting.length > 0) this.#waiting.shift()!.take(message);
      else this.#inbox.push(message);
    }
  }

  /** The next message of which all bytes are there. */
  #whole(): Message | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    if (this.#received[0].length < HEADER_BYTES) this.#received = [Buffer.concat(this.#received)];
    const length = this.#received[0].readUInt32BE();
    if (!this.#known && length > MOST_BYTES_OF_A_STRANGER) {
      this.#socket.destroy();
      return undefined;
    }
    if (this.#bytes < HEADER_BYTES + length) return undefined;
    const all = Buffer.concat(this.#received);
    const rest = all.subarray(HEADER_BYTES + length);
    this.#received = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return deserialize(all.subarray(HEADER_BYTES, HEADER_BYTES + length)) as Message;
  }

  #fail({ code, text }: Refusal): Error {
    return this.giveUp(new EvenkeelError(code, text));
  }

  #end(): void {
    this.giveUp(errors.LOST(this.#who));
  }

  /** Nothing is received any more, for this reason or an earlier one, which is returned; sending still works. */
  giveUp(error: Error): Error {
    if (this.#error) return this.#error;
    this.#error = error;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(error);
    for (const listener of this.#onEnd.splice(0)) listener(error);
    return error;
  }
}
