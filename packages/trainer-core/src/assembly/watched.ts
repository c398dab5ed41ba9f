import { Observable, Subscriber } from 'rxjs';
import type { Observer, Operator, Subscription } from 'rxjs';
import { isPromise } from './is-promise.js';

/** Hears of every promise that an observer's function returns. */
type OnPromise = (promise: PromiseLike<unknown>) => void;

/** A stream whose observers' promises are heard of, also behind operators: rxjs itself drops what an observer returns. */
export class Watched<T> extends Observable<T> {
  readonly #onPromise: OnPromise;

  constructor(source: Observable<T>, onPromise: OnPromise);
  constructor(source: Observable<unknown>, onPromise: OnPromise, operator: Operator<unknown, T> | undefined);
  constructor(source: Observable<unknown>, onPromise: OnPromise, operator?: Operator<unknown, T>) {
    super();
    // As rxjs's own Subject makes streams of its kind.
    this.source = source;
    this.operator = operator as Operator<unknown, T>;
    this.#onPromise = onPromise;
  }

  /** Called by rxjs's operators: what they make is watched as well. */
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new Watched<R>(this, this.#onPromise, operator as Operator<unknown, R>);
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    if (typeof observerOrNext !== 'function') {
      const next = observerOrNext?.next;
      if (next === undefined) return super.subscribe({ ...observerOrNext });
      const watching = this.#watching((value) => next.call(observerOrNext, value));
      return super.subscribe({
        next: watching,
        error: (cause) => observerOrNext?.error?.(cause),
        complete: () => observerOrNext?.complete?.(),
      });
    }
    return super.subscribe({
      next: this.#watching(observerOrNext),
      ...(error && { error }),
      ...(complete && { complete }),
    });
  }

  #watching(next: (value: T) => unknown): (value: T) => void {
    return (value) => {
      const returned = next(value);
      if (isPromise(returned)) this.#onPromise(returned);
    };
  }
}
