import { defineOptions, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin } from '@evenkeel/trainer-core';
import type { TrainerPlugin } from '@evenkeel/trainer-core';
import { errors } from './errors.js';

/** Options of the log over HTTP. */
export interface HttpLogOptions {
  /** Where lists of events are posted to, as JSON. */
  readonly url: string;
  /** Sends a step's end after every so many steps; default 50. */
  readonly everySteps?: number;
}

/** The options of `httpLog`. */
export const httpLogOptions = defineOptions('httpLog', errors.BAD_OPTION, {
  url: text('an address'),
  everySteps: whole(1).default(50),
} satisfies SpecOf<HttpLogOptions>);

/**
 * Posts ends of steps, epochs, evaluations and runs to an address, one request after the other. The run does not wait; `dispose`
 * awaits what is under way and throws `EXAMPLE_NOT_SENT` if anything was not taken. Of processes that train together only the one that
 * leads posts. Throws `EXAMPLE_BAD_OPTION`.
 *
 * @example
 * createTrainer({ data, model, plugins: [httpLog({ url: 'http://localhost:8080/runs/a' })] });
 */
export function httpLog(options: HttpLogOptions): TrainerPlugin {
  const { url, everySteps } = httpLogOptions.read(options);
  return definePlugin({
    name: 'example-http-log',
    version: '1.0.0',
    api: '^2.0',
    description: `to ${url}`,
    setup({ hooks, leads }) {
      let sent = Promise.resolve();
      let failure: string | undefined;
      const send = async (event: unknown): Promise<void> => {
        try {
          const { ok, status } = await fetch(url, { method: 'POST', body: JSON.stringify([event]) });
          if (!ok) failure ??= `status ${status}`;
        } catch (cause) {
          failure ??= cause instanceof Error ? cause.message : String(cause);
        }
      };
      hooks.events$.subscribe((event) => {
        const { type, position } = event;
        const isSent =
          type === 'step-end'
            ? (position.step + 1) % everySteps === 0
            : type === 'epoch-end' || type === 'evaluation-end' || type === 'fit-end';
        if (isSent && leads()) sent = sent.then(() => send(event));
      });
      return async () => {
        await sent;
        if (failure !== undefined) throw errors.NOT_SENT({ url, reason: failure });
      };
    },
  });
}
