import { defineOptions, flag, func, having, list, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PluginInput, TrainerPlugin } from '@evenkeel/trainer-core';
import { testingErrors } from '../errors.js';
import { useCpuBackend } from '../use-cpu-backend.js';
import { checkBeside } from './check-beside.js';
import { checkCompiled } from './check-compiled.js';
import { checkConstruction } from './check-construction.js';
import { checkDisposal } from './check-disposal.js';
import { checkEvents } from './check-events.js';
import { checkFailures } from './check-failures.js';
import { checkFinite } from './check-finite.js';
import { checkLeaks } from './check-leaks.js';
import { checkMatches } from './check-matches.js';
import { checkMicroBatches } from './check-micro-batches.js';
import { checkOff } from './check-off.js';
import { checkPure } from './check-pure.js';
import { checkRepeatable } from './check-repeatable.js';
import { checkResume } from './check-resume.js';
import { checkWrongOptions } from './check-wrong-options.js';
import type { CompiledRuns, PluginKit, PluginKitOptions, WrongOptions } from './kit.js';

const RULES = {
  'gives the same run for the same seed': checkRepeatable,
  'computes in the step from its inputs alone': checkPure,
  'has the events of the contract, in their order': checkEvents,
  'leaves no tensors behind': checkLeaks,
  'resumes at every batch as the unbroken run': checkResume,
  'is torn down once, in reverse order': checkDisposal,
  'stays finite on examples that are all 0': checkFinite,
  'lets the failures of others pass, and nothing behind': checkFailures,
  'names what there is': checkMatches,
} as const;

/** The options of `describePlugin`. */
export const describePluginOptions = defineOptions('describePlugin', testingErrors.BAD_OPTION, {
  trainer:
    having<NonNullable<PluginKitOptions['trainer']>>('options of createTrainer').optional('a tiny one'),
  epochs: whole(1).optional('2'),
  beside: having<NonNullable<PluginKitOptions['beside']>>('functions by name').optional(),
  off: func<() => PluginInput>().optional('not checked'),
  observer: flag().default(false),
  microBatches: flag().default(false),
  wrongOptions: list(having<WrongOptions>('a call', 'what', 'make', 'code')).optional(),
  compiled: having<CompiledRuns>('how steps are compiled', 'compile', 'prepare').optional('not compared'),
} satisfies SpecOf<PluginKitOptions>);

/**
 * Tests of vitest that every plugin for the trainer must pass: construction, repeatability, events, tensors, exact resume at
 * every batch, disposal, finite numbers, failures of others; and, as far as `options` say how, other plugins beside it, a switched-off plugin, compiled
 * steps, micro-batches and wrong options. Failures say what to do. The runs are tiny and on the cpu backend: seconds in all. Throws `TESTING_BAD_OPTION`.
 *
 * @param name What the tests are called.
 * @param factory Makes the plugin with the options to test; called once per run.
 *
 * @example
 * describePlugin('mixup', () => mixup({ alpha: 0.2 }), {
 *   wrongOptions: [{ what: 'a negative alpha', make: () => mixup({ alpha: -1 }), code: 'MIXUP_BAD_OPTION', option: 'alpha' }],
 * });
 */
export function describePlugin(
  name: string,
  factory: () => TrainerPlugin,
  options: PluginKitOptions = {},
): void {
  const kit: PluginKit = { ...describePluginOptions.read(options), factory };
  const clean = (problems: readonly string[]) => {
    if (problems.length > 0) expect.fail(problems.join('\n'));
  };

  describe(`${name}: plugin contract`, () => {
    beforeAll(useCpuBackend);

    // Where this fails, the failures of all other rules would say the same in other words.
    let broken = false;
    it('can be made and trained with', async () => {
      broken = true;
      clean(await checkConstruction(kit));
      broken = false;
    });
    beforeEach(({ skip }) => skip(broken, 'it cannot be trained with'));

    for (const [rule, check] of Object.entries(RULES)) it(rule, async () => clean(await check(kit)));

    for (const [other, make] of Object.entries(options.beside ?? {})) {
      it(`gets on with ${other}, in both list orders`, async () =>
        clean(await checkBeside(kit, other, make)));
    }
    if (options.off !== undefined || options.observer === true) {
      it(options.observer === true ? 'changes no weights' : 'changes nothing when switched off', async () =>
        clean(await checkOff(kit)),
      );
    }
    if (options.microBatches === true) {
      it('trains in micro-batches as in whole ones', async () => clean(await checkMicroBatches(kit)));
    }
    if (options.wrongOptions !== undefined) {
      it('refuses wrong options with a code and a text to act on', async () =>
        clean(await checkWrongOptions(kit)));
    }
    const { compiled } = options;
    if (compiled !== undefined) {
      it('trains compiled as it trains eagerly', async ({ skip }) => {
        if (!(await compiled.prepare())) skip('the backend that compiles steps is not set up here');
        try {
          clean(await checkCompiled(kit));
        } finally {
          await useCpuBackend();
        }
      });
    }
  });
}
