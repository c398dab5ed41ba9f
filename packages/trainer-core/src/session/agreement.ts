import type { Wishes } from '../contract/replicas.js';
import type { FitOptions } from './fit-options.js';
import { identityOf } from './identity.js';
import type { RunState } from './run-state.js';
import type { Session } from './session.js';

/** What processes that train together do next, and whether they are at one; of one process that is what it wants. */
export class Agreement {
  readonly #session: Session;
  readonly #options: FitOptions;
  #stop: string | undefined;

  constructor(session: Session, options: FitOptions) {
    this.#session = session;
    this.#options = options;
  }

  /** Why the run stops, once all agree on it. */
  get stop(): string | undefined {
    return this.#stop;
  }

  /** What all do next; where only a `stop` is possible, what else observers ask for waits for the loop's fixed place. */
  async reach(about: 'all' | 'stop' = 'all'): Promise<Wishes> {
    const { assembly, replicas } = this.#session;
    const { requests } = assembly;
    const { signal } = this.#options;
    const aborted = typeof signal?.reason === 'string' ? signal.reason : 'aborted';
    const agreed = await replicas.agree({
      stop: signal?.aborted ? aborted : requests.stop,
      evaluate: about === 'all' && requests.takeEvaluation(),
      checkpoint: about === 'all' && requests.takeCheckpoint(),
    });
    this.#stop ??= agreed.stop;
    return agreed;
  }

  /** Throws where the processes are not at one; before a run `begins` in all that makes it. */
  async verify({ position }: RunState, begins: boolean): Promise<void> {
    const { replicas, store, assembly } = this.#session;
    await replicas.verify(async () => {
      const { epochs, evaluateEvery } = this.#options;
      const plugins = assembly.placed.map(({ plugin: { name, version } }) => `${name} ${version}`);
      const whole = begins ? { ...(await identityOf(this.#session)), epochs, evaluateEvery, plugins } : {};
      return { facts: { position, ...whole }, variables: store.all() };
    });
  }
}
