import { check, defineOptions, func, having, list, number, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { version } from '../contract/version.js';
import { isClosed, tolerateClosing } from './closed-output.js';
import { nodeErrors } from './errors.js';
import { ProgressLines } from './progress-lines.js';
import { TerminalBar } from './terminal-bar.js';

/** Where and how progress is shown. */
export interface ProgressBarOptions {
  /** Where to write; default: standard error, so that results on standard output stay clean. */
  readonly stream?: NodeJS.WriteStream;
  /** Shown in front of every line, such as the name of the run; a function is asked again for every line. */
  readonly label?: string | (() => string);
  /** Without a terminal: seconds between lines within an epoch; default 30. */
  readonly everySeconds?: number;
  /** Names of numbers given to `context.log` that are shown beside the loss; default none. */
  readonly logged?: readonly string[];
}

/** The options of `progressBar`. */
export const progressBarOptions = defineOptions('progressBar', nodeErrors.BAD_OPTION, {
  stream: having<NodeJS.WriteStream>('a stream', 'write').optional('standard error'),
  label: check<string>('a text', (label) => typeof label === 'string')
    .or(func<() => string>('a function that returns one'))
    .default('', 'none'),
  everySeconds: number({ min: 0 }).default(30),
  logged: list(text('the name of a logged number')).default([], 'none'),
} satisfies SpecOf<ProgressBarOptions>);

/**
 * Shows how far a run is, with loss, learning rate, the accuracy of the last evaluation by shot group, images per second,
 * memory of the process and ETA: a bar in place on a terminal, as much of it as a narrow one has room for, and plain lines
 * elsewhere. Every epoch leaves one line; in a narrow terminal it is folded. The bar goes when the run ends, however it ends,
 * and never hides the cursor. Where nobody reads any more, nothing is shown and the run continues. Throws `TRAINER_NODE_BAD_OPTION`.
 */
export function progressBar(options: ProgressBarOptions = {}): TrainerPlugin {
  const { stream = process.stderr, label, everySeconds, logged } = progressBarOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/progress-bar',
    version,
    api: PLUGIN_API_VERSION,
    order: 'post',
    setup({ hooks, leads }) {
      const prefix = () => {
        const shown = typeof label === 'string' ? label : label();
        return shown && `${shown} `;
      };
      tolerateClosing(stream);
      const display = stream.isTTY
        ? new TerminalBar(stream, prefix, logged)
        : new ProgressLines(stream, prefix, everySeconds, logged);
      const subscription = hooks.events$.subscribe((event) => {
        if (leads() && !isClosed(stream)) display.show(event);
      });
      return () => {
        subscription.unsubscribe();
        display.close();
      };
    },
  });
}
