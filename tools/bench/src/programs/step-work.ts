import { availableParallelism } from 'node:os';
import { cifarResNet, resnet10, resnet32, resnet50 } from '@evenkeel/models';
import { sgd } from '@evenkeel/trainer-core';
import type { HandWrittenOptions } from './hand-written.js';

/** Networks whose training step is measured. */
export type StepNetwork = 'resnet32' | 'resnet50';

/** A step: what ours trains, and the same for peers. */
export interface StepWork {
  readonly settings: HandWrittenOptions;
  /** Images of a step. */
  readonly batch: number;
  /** What programs of peers read from their command line. */
  readonly peer: Readonly<Record<string, unknown>>;
}

/**
 * ResNet-32 at 32×32×3, 10 classes, batch 128; or ResNet-50 at 224×224×3, 1,000 classes, batch 32; with momentum and weight decay. A
 * quick one is a small network of that kind.
 */
export function stepWork(network: StepNetwork, quick: boolean): StepWork {
  const optimizer = sgd({ momentum: 0.9, weightDecay: 2e-4 });
  const threads = availableParallelism();
  if (network === 'resnet32') {
    const [batch, width, blocks] = quick ? [8, 4, 1] : [128, 16, 5];
    const backbone = quick ? cifarResNet({ depth: 8, width }) : resnet32();
    const peer = { network, batch, width, blocks, side: 32, classes: 10, threads };
    return { settings: { backbone, exampleShape: [32, 32, 3], classes: 10, optimizer }, batch, peer };
  }
  const [batch, side, classes] = quick ? [2, 32, 10] : [32, 224, 1000];
  const backbone = quick ? resnet10({ width: 4 }) : resnet50();
  const peer = { network, batch, side, classes, threads };
  return { settings: { backbone, exampleShape: [side, side, 3], classes, optimizer }, batch, peer };
}
