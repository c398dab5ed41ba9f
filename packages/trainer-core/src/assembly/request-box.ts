import type { Requests } from '../contract/plugin.js';

/** Collects what observers ask for until the loop reaches the place where it acts. */
export class RequestBox implements Requests {
  #stop: string | undefined;
  #evaluation = false;
  #checkpoint = false;

  requestStop(reason: string): void {
    this.#stop ??= reason;
  }

  requestEvaluation(): void {
    this.#evaluation = true;
  }

  requestCheckpoint(): void {
    this.#checkpoint = true;
  }

  /** Why the run should stop, if somebody asked. */
  get stop(): string | undefined {
    return this.#stop;
  }

  /** Forgets requests of an earlier run. */
  clear(): void {
    this.#stop = undefined;
    this.#evaluation = false;
    this.#checkpoint = false;
  }

  /** Whether an evaluation was asked for since the last call. */
  takeEvaluation(): boolean {
    const asked = this.#evaluation;
    this.#evaluation = false;
    return asked;
  }

  /** Whether a checkpoint was asked for since the last call. */
  takeCheckpoint(): boolean {
    const asked = this.#checkpoint;
    this.#checkpoint = false;
    return asked;
  }
}
