import { beforeAll, describe, expect, it } from 'vitest';
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
import { describePlugin } from './describe-plugin.js';
import * as faulty from './faulty-plugins.fixture.js';
import type { PluginCheck } from './kit.js';

beforeAll(useCpuBackend);

const found = async (check: PluginCheck, kit: Parameters<PluginCheck>[0]) => (await check(kit)).join('\n');

describe('every rule finds the plugin that breaks it, and says what to do', () => {
  it.each([
    [
      'construction',
      checkConstruction,
      faulty.oneForAll,
      /same object twice\. Make the plugin inside the factory/,
    ],
    ['repeatable', checkRepeatable, faulty.outsideState, /same seed differ.*keep nothing outside setup/],
    ['purity', checkPure, faulty.counting, /The step is not pure: .*`step` and `epoch` of the context/],
    ['purity, reading', checkPure, faulty.reading, /reads a tensor on the host .* Compute with tensors only/],
    ['events, another plan', checkEvents, faulty.miscounting, /TRAINER_BAD_PLAN.*announced 7 .* planned 6/],
    [
      'events, another count',
      checkEvents,
      faulty.moody,
      /announced 14 batches and 12 were done\. Let .*batchesIn/,
    ],
    ['events, stopped', checkEvents, faulty.stopper, /ended early: enough/],
    ['leaks', checkLeaks, faulty.leaky, /tensors more at the end of an epoch .* Dispose what hooks make/],
    ['leaks at the end', checkLeaks, faulty.hoarder, /1 tensors are left after trainer\.dispose/],
    ['resume', checkResume, faulty.forgetful, /Resumed at checkpoint 0 .*persist it with state\.persist/],
    [
      'resume, loaded wrong',
      checkResume,
      faulty.careless,
      /State 'batches' was not restored at checkpoint 0: expected 1, received 2\. Return it whole from save\(\)/,
    ],
    [
      'resume, another kind',
      checkResume,
      faulty.listing,
      /another one when it is loaded and saved again.*kind of every array/,
    ],
    ['resume, not plain', checkResume, faulty.unsaveable, /cannot be saved: .*TRAINER_STATE_NOT_PLAIN/],
    [
      'construction, state without a version',
      checkConstruction,
      faulty.unversioned,
      /TRAINER_BAD_STATE.*'seen'.*'version': expected a whole number of at least 1, found 0/,
    ],
    ['disposal', checkDisposal, faulty.ungraceful, /Disposing fails: .*the file is gone/],
    [
      'finite',
      checkFinite,
      faulty.dividing,
      /all 0 'faulty' makes numbers that are not finite, where a run without it does not.*_NOT_FINITE.* Add a small number/,
    ],
    [
      'construction, NaN',
      checkConstruction,
      faulty.poisoning,
      /A run with the plugin alone fails: .*_NOT_FINITE/,
    ],
    [
      'failures, swallowed',
      checkFailures,
      faulty.swallowing,
      /another plugin's LOSS throws, the run ends well: do not catch/,
    ],
    [
      'failures, renamed',
      checkFailures,
      faulty.renaming,
      /fails as ".*something went wrong.*": expected TRAINER_ROLE_FAILED of '@evenkeel.trainer-testing.failing'/,
    ],
    ['failures, tensors', checkFailures, faulty.littering, /LOSS throws, 1 tensors are left .*`finally`/],
    [
      'construction, shape of logits',
      checkConstruction,
      faulty.transposing,
      /ROLE_RETURNED.*'faulty'.*POSTHOC_TRANSFORMS.*\[12, 3\].*\[3, 12\]/,
    ],
    [
      'construction, shape of gradients',
      checkConstruction,
      faulty.shrinking,
      /ROLE_RETURNED.*'faulty'.*GRADIENT_TRANSFORMS.*should be \[16, 8\], it is \[\]/,
    ],
    [
      'construction, a promise',
      checkConstruction,
      faulty.promising,
      /ROLE_RETURNED.*'faulty'.*LOGIT_TRANSFORMS.*at once, it gave a promise/,
    ],
    [
      'matches',
      checkMatches,
      faulty.misspelling,
      /rule 'frozen backbone' in TRAINABLE matches nothing.*variables backbone\/kernel, .*; tags base\./,
    ],
  ] as const)('%s', async (_rule, check, factory, problem) => {
    expect(await found(check, { factory })).toMatch(problem);
  });

  it('micro-batches, where they are asked for', async () => {
    const kit = { factory: faulty.sizing };
    expect(await found(checkMicroBatches, kit)).toBe('');
    expect(await found(checkMicroBatches, { ...kit, microBatches: true })).toMatch(
      /In micro-batches of 4 the run is another one: variable '.*`weight`/,
    );
    expect(await found(checkMicroBatches, { factory: () => faulty.scaling(), microBatches: true })).toBe('');
  });

  it('and a rule that freezes something is none of them', async () => {
    expect(await found(checkMatches, { factory: faulty.freezing })).toBe('');
  });

  it('off', async () => {
    const kit = { factory: () => faulty.scaling() };
    expect(await found(checkOff, { ...kit, off: () => [faulty.scaling()] })).toMatch(
      /Switched off it still changes/,
    );
    expect(await found(checkOff, { ...kit, observer: true })).toMatch(/said to observe only/);
    expect(await found(checkOff, { ...kit, off: () => false })).toBe('');
  });

  it('beside others', async () => {
    const kit = (factory = () => faulty.scaling()) => ({ factory });
    const beside = async (...args: Parameters<typeof checkBeside>) => (await checkBeside(...args)).join('\n');
    expect(await beside(kit(), 'adding', faulty.adding)).toMatch(
      /beside 'adding' changes the weights.*`after`/,
    );
    expect(await beside(kit(), 'another scale', () => faulty.scaling('other', 0.5))).toBe('');
    expect(await beside(kit(), 'one of its name', () => faulty.scaling())).toBe('');
    const losing = kit(() => faulty.losing('faulty'));
    expect(await beside(losing, 'another loss', () => faulty.losing('other'))).toBe('');
    expect(await beside(kit(faulty.jealous), 'registering', faulty.registering)).toMatch(
      /In front of 'registering': it trains\. Behind it: .*there is another plugin already.*`conflicts`/s,
    );
  });

  it('compiled', async () => {
    let call = 0;
    const kit = { factory: () => faulty.scaling('impure', call++ === 0 ? 2 : 3) };
    const compiled = {
      compile: (step: unknown) => Object.assign(step as never, { dispose: () => undefined }),
    };
    expect(
      await found(checkCompiled, { ...kit, compiled: { ...compiled, prepare: () => Promise.resolve(true) } }),
    ).toMatch(/The compiled run is not the eager one.*The step must be pure/);
    expect(await found(checkCompiled, kit)).toBe('');
  });

  it.each([
    ['nothing was thrown', () => undefined, /nothing was thrown\. Check options in the factory/],
    [
      'no code',
      () => fail('alpha is bad'),
      /expected an error of code MINE_BAD, received one without a code/,
    ],
    ['no culprit', () => fail('Expected 1, received 2. Change it.', 'MINE_BAD'), /does not name 'alpha'/],
    [
      'no expectation',
      () => fail('alpha is bad. Change it.', 'MINE_BAD'),
      /what was expected and what was received/,
    ],
    ['no advice', () => fail('alpha: expected 1, received 2', 'MINE_BAD'), /does not end with what to do/],
  ])('wrong options: %s', async (what, make, problem) => {
    const wrongOptions = [{ what, make, code: 'MINE_BAD', option: 'alpha' }];
    expect(await found(checkWrongOptions, { factory: () => faulty.scaling(), wrongOptions })).toMatch(
      problem,
    );
  });
});

function fail(text: string, code?: string): never {
  throw Object.assign(new Error(text), code !== undefined && { code });
}

describePlugin('a plugin without faults', () => faulty.scaling(), {
  beside: { 'another scale': () => faulty.scaling('other', 0.5) },
  off: () => null,
  wrongOptions: [
    {
      what: 'a wrong alpha',
      make: () => fail('[MINE_BAD] alpha: expected 1, received 2. Change it.', 'MINE_BAD'),
      code: 'MINE_BAD',
      option: 'alpha',
    },
  ],
});

describePlugin('a plugin with state', faulty.careful, { observer: true });
