import { readFileSync } from 'node:fs';
import { defineOptions, func, having } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { MEMORY } from '../parts/checkpoints/memory-checkpoints.js';
import { definePlugin, PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { CheckpointSaved, FitEnd } from '../contract/events.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { version } from '../contract/version.js';
import { onClosedOutput, tolerateClosing } from './closed-output.js';
import { nodeErrors } from './errors.js';
import { exitCodeOf, OUTPUT_CLOSED, reasonOfSignal } from './exit-code.js';
import { writeLines } from './terminal-line.js';
import type { LineStream } from './terminal-line.js';

/** What is said when a run is interrupted. */
export interface SaveOnInterruptOptions {
  /** How to resume from a checkpoint; default: a line with `trainer.resume(...)`. */
  readonly howToResume?: (location: string) => string;
  /** Where to write; default: standard error. */
  readonly stream?: LineStream;
}

/** The options of `saveOnInterrupt`. */
export const saveOnInterruptOptions = defineOptions('saveOnInterrupt', nodeErrors.BAD_OPTION, {
  howToResume: func<(location: string) => string>().optional('`trainer.resume(...)`'),
  stream: having<LineStream>('a stream', 'write').optional('standard error'),
} satisfies SpecOf<SaveOnInterruptOptions>);

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One Ctrl-C may come twice, from the terminal and through npm. */
const SAME_PRESS_MS = 500;

/**
 * Makes Ctrl-C, SIGTERM, SIGHUP (unless it is ignored, as under nohup) and an output that nobody reads any more
 * (`npm start | head`) finish what is under way, save, and say how to resume. Only Ctrl-C, pressed again after half a
 * second, ends the process at once, with exit code 130; further SIGTERM and SIGHUP lose nothing. What is said is what
 * holds: of checkpoints in memory it says that nothing is left. The reason of the result tells who stopped the run
 * (`exitCodeOf`). The handlers are in place only while a run is under way. Throws `TRAINER_NODE_BAD_OPTION`.
 */
export function saveOnInterrupt(options: SaveOnInterruptOptions = {}): TrainerPlugin {
  const {
    stream = process.stderr,
    howToResume = (location) =>
      `Resume with trainer.resume(${JSON.stringify(location)}), then fit as before.`,
  } = saveOnInterruptOptions.read(options);
  return definePlugin({
    name: '@evenkeel/trainer-core/save-on-interrupt',
    version,
    api: PLUGIN_API_VERSION,
    setup({ hooks, requests, leads }) {
      let askedAt: number | undefined;
      let repeated = false;
      let saved: CheckpointSaved | undefined;
      let detach = () => {};
      const say = (...lines: string[]) => {
        if (leads()) writeLines(stream, ...lines);
      };

      const stop = (reason: string) => {
        askedAt ??= performance.now();
        requests.requestStop(reason);
      };
      const interrupt = (signal: NodeJS.Signals) => {
        if (askedAt === undefined) {
          stop(reasonOfSignal(signal));
          say('Stopping when what is under way is finished. Press Ctrl-C again to stop at once and lose it.');
        } else if (performance.now() - askedAt < SAME_PRESS_MS) {
          return;
        } else if (signal === 'SIGINT') {
          say('Stopped at once.', ...whatIsKept(saved));
          process.exit(exitCodeOf(reasonOfSignal(signal)));
        } else if (!repeated) {
          repeated = true;
          say('Still finishing what is under way: wait, and nothing is lost.');
        }
      };
      const attach = () => {
        const signals = SIGNALS.filter((signal) => signal !== 'SIGHUP' || !ignoresHangUp());
        for (const signal of signals) process.on(signal, interrupt);
        const deaf = onClosedOutput(() => stop(OUTPUT_CLOSED));
        detach = () => {
          for (const signal of signals) process.off(signal, interrupt);
          deaf();
        };
      };
      const conclude = ({ interrupted, position }: FitEnd) => {
        if (!interrupted) return say('The run was complete: nothing is left to resume.');
        if (saved === undefined || saved.location === MEMORY) return say(...whatIsKept(saved));
        // The checkpoint of the place where the run stopped may have been due there anyway: its reason does not matter.
        const here = saved.position.step === position.step;
        const lines = here ? [`Saved '${saved.location}' after step ${position.step}.`] : whatIsKept(saved);
        say(...lines, howToResume(saved.location));
      };
      tolerateClosing(stream);
      hooks.events$.subscribe((event) => {
        if (event.type === 'fit-start') {
          detach();
          askedAt = undefined;
          repeated = false;
          saved = undefined;
          attach();
        } else if (event.type === 'checkpoint-saved') {
          saved = event;
        } else if (event.type === 'fit-end') {
          detach();
          if (askedAt !== undefined) conclude(event);
        }
      });
      return () => detach();
    },
  });
}

/** What of a run outlives the process. */
function whatIsKept(saved: CheckpointSaved | undefined): string[] {
  if (saved === undefined) return ['Nothing of this run was saved.'];
  if (saved.location === MEMORY) {
    return [
      'Nothing of this run is left when the process ends: its checkpoints are in memory only. ' +
        'The plugin fileCheckpoints keeps them in files.',
    ];
  }
  return [`The newest checkpoint is '${saved.location}', after step ${saved.position.step}.`];
}

/** Whether the process was started to outlive its terminal (nohup); a handler would undo that. Linux alone tells. */
function ignoresHangUp(): boolean {
  try {
    const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n;
  } catch {
    return false;
  }
}
