import { isEvenkeelError, renderErrors } from '@evenkeel/errors';
import { describe, expect, it } from 'vitest';
import { cosineClassifier } from '../parts/classifiers/cosine-classifier.js';
import { linearClassifier } from '../parts/classifiers/linear-classifier.js';
import { exponentialMovingAverage } from '../plugins/ema.js';
import { filled, heNormal, uniform } from '../parts/initializers/initializers.js';
import { softmaxCrossEntropy } from '../parts/losses/softmax-cross-entropy.js';
import { calibration } from '../parts/metrics/calibration.js';
import { shotGroupsOf } from '../parts/metrics/shot-groups.js';
import { topK } from '../parts/metrics/top-k.js';
import { adam, adamW } from '../parts/optimizers/adam.js';
import { sgd } from '../parts/optimizers/sgd.js';
import { optionErrors } from './option-errors.js';
import { instanceBalanced } from '../parts/sampling/instance-balanced.js';
import { interpolated } from '../parts/sampling/interpolated.js';
import { constant } from '../parts/schedules/constant.js';
import { cosine } from '../parts/schedules/cosine.js';
import { multiStep } from '../parts/schedules/multi-step.js';
import { oneCycle } from '../parts/schedules/one-cycle.js';
import { clipByGlobalNorm, clipByValue } from '../parts/gradients/clipping.js';

describe('optionErrors', () => {
  it('has one code per entry and texts without holes', () => {
    const rendered = renderErrors(optionErrors);
    expect(new Set(rendered.map(({ code }) => code)).size).toBe(rendered.length);
    for (const { code, text } of rendered) {
      expect(code).toMatch(/^TRAINER_OPTION_[A-Z_]+$/);
      expect(text).not.toMatch(/undefined|\[object|\$\{/);
      expect(text).toMatch(/\.$/);
    }
  });

  it('says culprit, option, range, received value and what to do', () => {
    expect(() => sgd({ momentum: 1 })).toThrow(
      "[TRAINER_OPTION_BAD_VALUE] Option 'momentum' of sgd: expected a number in [0, 1), received 1. Correct it, or leave it out for the default (0).",
    );
    expect(() => topK(0)).toThrow(
      "Argument 'k' of topK: expected a whole number of at least 1, received 0. Correct it.",
    );
    expect(() => constant(0)).toThrow('expected a number above 0, received 0.');
    expect(() => interpolated({ q: 2 })).toThrow('expected a number in [0, 1], received 2.');
  });
});

describe('options are checked at the door', () => {
  const text = '0.5' as unknown as number;
  const word = 'yes' as unknown as boolean;
  const bad: Record<string, () => unknown> = {
    'sgd momentum': () => sgd({ momentum: -0.1 }),
    'sgd momentum text': () => sgd({ momentum: text }),
    'sgd weightDecay': () => sgd({ weightDecay: -1 }),
    'sgd weightDecay NaN': () => sgd({ weightDecay: Number.NaN }),
    'sgd nesterov without momentum': () => sgd({ nesterov: true }),
    'sgd nesterov type': () => sgd({ momentum: 0.9, nesterov: word }),
    'adam beta1': () => adam({ beta1: 1 }),
    'adam beta2': () => adam({ beta2: -0.1 }),
    'adam epsilon': () => adam({ epsilon: 0 }),
    'adamW weightDecay': () => adamW({ weightDecay: Infinity }),
    'clip norm': () => clipByGlobalNorm(0),
    'clip value': () => clipByValue(-1),
    'ema decay': () => exponentialMovingAverage({ decay: 1 }),
    'ema warmup': () => exponentialMovingAverage({ warmup: word }),
    'multiStep base': () => multiStep({ base: 0 }),
    'multiStep warmup': () => multiStep({ base: 1, warmupEpochs: 1.5 }),
    'multiStep drop epoch': () => multiStep({ base: 1, drops: { 1.5: 0.1 } }),
    'multiStep drop factor': () => multiStep({ base: 1, drops: { 3: 0 } }),
    'cosine base': () => cosine({ base: -1 }),
    'cosine warmup': () => cosine({ base: 1, warmupEpochs: -1 }),
    'cosine final': () => cosine({ base: 1, final: -1 }),
    'oneCycle peak': () => oneCycle({ peak: 0 }),
    'oneCycle fraction': () => oneCycle({ peak: 1, warmupFraction: 1 }),
    'oneCycle initial': () => oneCycle({ peak: 1, initialDivisor: 0 }),
    'oneCycle final': () => oneCycle({ peak: 1, finalDivisor: 0 }),
    constant: () => constant(Number.NaN),
    smoothing: () => softmaxCrossEntropy({ labelSmoothing: 1 }),
    'linear bias': () => linearClassifier({ bias: word }),
    'cosine scale': () => cosineClassifier({ scale: 0 }),
    filled: () => filled(Infinity),
    uniform: () => uniform(0),
    'heNormal fan': () => heNormal({ fan: 'both' as 'in' }),
    topK: () => topK(1.5),
    bins: () => calibration({ bins: 0 }),
    'shots few above many': () => shotGroupsOf([1], { many: 10, few: 11 }),
    'shots many': () => shotGroupsOf([1], { many: -1 }),
    dropLast: () => instanceBalanced({ dropLast: word }),
    interpolated: () => interpolated({ q: 1.1 }),
  };
  it.each(Object.entries(bad))('%s', (_name, make) => {
    let thrown: unknown;
    try {
      make();
    } catch (error) {
      thrown = error;
    }
    expect(isEvenkeelError(thrown, 'TRAINER_OPTION_BAD_VALUE')).toBe(true);
  });
});
