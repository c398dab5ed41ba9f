import { defineOptions, func, having } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { definePlugin, PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { CheckpointSaved, FitEnd } from '../contract/events.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { version } from '../version.js';
import { nodeErrors } from './errors.js';
import { writeLines } from './terminal-line.js';
import type { LineStream } from './terminal-line.js';

/** What is said when a run is interrupted. */
export interface SaveOnInterruptOptions {
  /** How to go on from a checkpoint; default: a line with `trainer.resume(...)`. */
  readonly howToResume?: (location: string) => string;
  /** Where to write; default: standard error. */
  readonly stream?: LineStream;
}

/** The options of `saveOnInterrupt`. */
export const saveOnInterruptOptions = defineOptions('saveOnInterrupt', nodeErrors.BAD_OPTION, {
  howToResume: func<(location: string) => string>().optional('`trainer.resume(...)`'),
  stream: having<LineStream>('a stream', 'write').optional('standard error'),
} satisfies SpecOf<SaveOnInterruptOptions>);

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Makes Ctrl-C (and SIGTERM) finish the step, save, and say how to resume; a second Ctrl-C ends the process at once, with
 * the exit code of its signal (130, 143). The handlers are in place only while a run is under way. Throws
 * `TRAINER_NODE_BAD_OPTION`.
 */
export function saveOnInterrupt(options: SaveOnInterruptOptions = {}): TrainerPlugin {
  const {
    stream = process.stderr,
    howToResume = (location) => `Go on with trainer.resume(${JSON.stringify(location)}), then fit as before.`,
  } = saveOnInterruptOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/save-on-interrupt',
    version,
    api: PLUGIN_API_VERSION,
    setup({ hooks, requests, leads }) {
      let asked = false;
      let saved: CheckpointSaved | undefined;
      const say = (...lines: string[]) => {
        if (leads()) writeLines(stream, ...lines);
      };
      const interrupt = (signal: NodeJS.Signals) => {
        if (asked) {
          say('Stopped at once.');
          process.exit(signal === 'SIGTERM' ? 143 : 130);
        }
        asked = true;
        requests.requestStop('interrupted');
        say('Finishing what is under way, then saving. Press Ctrl-C again to stop at once and lose it.');
      };
      const detach = () => SIGNALS.forEach((signal) => process.off(signal, interrupt));
      // The checkpoint of the place where the run stopped may have been due there anyway: its reason does not matter.
      const conclude = ({ reason, interrupted }: FitEnd) => {
        if (!interrupted) say('The run was complete: nothing is left to resume.');
        else if (saved && reason !== 'failed') {
          const { location, position } = saved;
          say(`Saved '${location}' after step ${position.step}.`, howToResume(location));
        }
      };
      hooks.events$.subscribe((event) => {
        if (event.type === 'fit-start') {
          detach();
          asked = false;
          saved = undefined;
          SIGNALS.forEach((signal) => process.on(signal, interrupt));
        } else if (event.type === 'checkpoint-saved') {
          saved = event;
        } else if (event.type === 'fit-end') {
          detach();
          if (asked) conclude(event);
        }
      });
      return detach;
    },
  });
}
