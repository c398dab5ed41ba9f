import { isEvenkeelError } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { logitAdjust } from './logit-adjust.js';
import type { LogitAdjustOptions } from './logit-adjust-settings.js';

describe('options of logitAdjust', () => {
  it.each([
    [{ tau: -1 }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ tau: NaN }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ tau: '1' }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ mode: 'both' }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ prior: 'uniform' }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ prior: [] }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ prior: [0, 0] }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ prior: [1, -1] }, 'LOGIT_ADJUST_BAD_OPTION'],
    [{ prior: 'sampler', mode: 'posthoc' }, 'LOGIT_ADJUST_POSTHOC_PRIOR'],
  ])('refuses %j', (options, code) => {
    let caught: unknown;
    try {
      logitAdjust(options as LogitAdjustOptions);
    } catch (error) {
      caught = error;
    }
    expect(isEvenkeelError(caught, code)).toBe(true);
  });

  it('show in the description', () => {
    const words = (options?: LogitAdjustOptions) => logitAdjust(options).description;
    expect(words()).toBe("training logits + 1 log prior, the batch's own sampler's prior");
    expect(words({ tau: 1.5, prior: 'dataset' })).toBe(
      "training logits + 1.5 log prior, the training set's prior",
    );
    expect(words({ mode: 'posthoc' })).toBe("evaluation logits - 1 log prior, the training set's prior");
    expect(words({ prior: [5, 1] })).toBe('training logits + 1 log prior, a given prior');
  });
});
