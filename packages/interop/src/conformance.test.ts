import { describePlugin } from '@evenkeel/trainer-testing';
import { train } from '@tensorflow/tfjs-core';
import { fromTfOptimizer } from './from-tf-optimizer.js';

describePlugin('fromTfOptimizer', () => fromTfOptimizer((learningRate) => train.adam(learningRate)), {
  wrongOptions: [
    {
      what: 'a learning rate instead of a maker',
      make: () => fromTfOptimizer(0.1 as never),
      code: 'INTEROP_BAD_OPTIMIZER',
    },
  ],
});
