import { messageOf } from '@evenkeel/errors';
import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { errors } from './errors.js';
import { event } from './event.js';
import type { Scalars } from './event.js';
import { tfRecord } from './tf-record.js';

/** Bytes that are collected before they are written. */
const BUFFER = 2 ** 16;

/** Files that this process has begun: two of one second need different names. */
let files = 0;

/** An event file that grows. Throws `TENSORBOARD_NOT_WRITTEN`. */
export class EventFile {
  readonly path: string;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  /** Begins a file in `folder`, at a step; with `resumed` what other files there have from that step on does not count. */
  constructor(folder: string, step: number, resumed: boolean) {
    const seconds = String(Math.floor(now())).padStart(10, '0');
    const host = hostname().replace(/[^\w.-]/g, '-');
    this.path = join(folder, `events.out.tfevents.${seconds}.${host}.${process.pid}.${files++}`);
    this.#attempt(() => mkdirSync(folder, { recursive: true }));
    this.#add(event.version(now()));
    if (resumed) this.#add(event.sessionStart(now(), step));
    this.flush();
  }

  /** Adds numbers after so many steps. */
  add(step: number, values: Scalars): void {
    if (values.length === 0) return;
    this.#add(event.scalars(now(), step, values));
    if (this.#bytes >= BUFFER) this.flush();
  }

  /** Writes what waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    this.#attempt(() => appendFileSync(this.path, Buffer.concat(waiting)));
  }

  #add(message: Uint8Array): void {
    const record = tfRecord(message);
    this.#waiting.push(record);
    this.#bytes += record.length;
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      const reason = messageOf(cause);
      throw errors.NOT_WRITTEN({ path: this.path, reason }, { cause });
    }
  }
}

/** Seconds since 1970. */
function now(): number {
  return Date.now() / 1000;
}
