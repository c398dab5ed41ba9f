import { messageOf } from '@evenkeel/errors';
import { config, filter, Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { BatchEvent, EpochEvent, StepEvent, TrainerEvent } from '../contract/events.js';
import type { Hooks } from '../contract/plugin.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import { frozen } from './frozen.js';
import { Watched } from './watched.js';

const EPOCH: readonly TrainerEvent['type'][] = ['epoch-start', 'epoch-end'] satisfies EpochEvent['type'][];
const BATCH: readonly TrainerEvent['type'][] = ['batch-start', 'batch-end'] satisfies BatchEvent['type'][];
const STEP: readonly TrainerEvent['type'][] = ['step-start', 'step-end'] satisfies StepEvent['type'][];

/** Gives every plugin its own streams, so that one that throws is known by name and cannot end another's. */
export class EventHub {
  readonly #subjects = new Map<string, Subject<TrainerEvent>>();
  #failure: Error | undefined;
  /** The event under way, which a promise of an observer belongs to. */
  #event: TrainerEvent['type'] = 'fit-start';

  /** The streams of one plugin. */
  hooksFor(plugin: string): Hooks {
    const subject = this.#subjects.get(plugin) ?? new Subject<TrainerEvent>();
    this.#subjects.set(plugin, subject);
    const events$ = new Watched(subject, (promise) => this.#watch(plugin, promise));
    const only = <Event extends TrainerEvent>(types: readonly TrainerEvent['type'][]): Observable<Event> =>
      events$.pipe(filter((event): event is Event => types.includes(event.type)));
    return {
      epoch$: only<EpochEvent>(EPOCH),
      batch$: only<BatchEvent>(BATCH),
      step$: only<StepEvent>(STEP),
      events$,
    };
  }

  /** Tells every observer; what they throw is kept for `takeFailure`, the first one winning. */
  emit(event: TrainerEvent): void {
    this.#event = event.type;
    for (const [plugin, subject] of this.#subjects) {
      if (!subject.observed) continue;
      frozen(event);
      try {
        synchronously(() => subject.next(event));
      } catch (cause) {
        this.#observerFailed(plugin, event.type, cause);
      }
    }
  }

  /** Keeps a failure for `takeFailure`, the first one winning. */
  fail(failure: Error): void {
    this.#failure ??= failure;
  }

  /** What an observer threw since the last call, named after its plugin. */
  takeFailure(): Error | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Completes every stream. */
  complete(): void {
    for (const subject of this.#subjects.values()) subject.complete();
  }

  #watch(plugin: string, promise: PromiseLike<unknown>): void {
    const event = this.#event;
    promise.then(undefined, (cause: unknown) => this.#observerFailed(plugin, event, cause));
  }

  #observerFailed(plugin: string, event: TrainerEvent['type'], cause: unknown): void {
    const reason = messageOf(cause);
    this.fail(trainerErrors.OBSERVER_FAILED({ plugin, event, reason }, { cause }));
  }
}

/**
 * Lets what an observer throws reach us: rxjs would report it later, on a timer, without saying whose it was. The flag
 * holds only while our own subject hands out one event.
 */
function synchronously(dispatch: () => void): void {
  const before = config.useDeprecatedSynchronousErrorHandling;
  config.useDeprecatedSynchronousErrorHandling = true;
  try {
    dispatch();
  } finally {
    config.useDeprecatedSynchronousErrorHandling = before;
  }
}
