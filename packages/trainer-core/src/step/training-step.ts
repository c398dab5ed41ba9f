import * as tf from '@tensorflow/tfjs-core';
import type { Scalar } from '@tensorflow/tfjs-core';
import type { VariableInfo } from '../contract/layers.js';
import type {
  Gradients,
  GradientsPart,
  GradientTransform,
  Optimizer,
  StepContext,
  StepEvaluation,
  TrainableRule,
} from '../contract/step.js';
import type { PlainStep } from '../contract/step-compiler.js';
import type { Attribution } from '../assembly/attribution.js';
import { disposeEvaluation } from '../parts/gradients/tensors-in.js';
import { StepDraws } from './draws.js';
import { LossEvaluator } from './loss-evaluator.js';
import type { LossParts } from './loss-evaluator.js';
import { contextInputs, ROWS } from './step-inputs.js';
import { UpdateBook } from './update-book.js';

/** What the steps of a trainer are made of. */
export interface StepParts extends LossParts {
  readonly rules: readonly TrainableRule[];
  readonly gradients: GradientsPart;
  readonly gradientTransforms: readonly GradientTransform[];
  readonly optimizer: Optimizer;
  readonly attribution: Attribution;
  /** Examples of a full batch. */
  readonly batchSize: number;
  /** All variables, the optimizer's included. */
  readonly variables: readonly VariableInfo[];
}

/**
 * The pure step of a tag between named tensors: reads no tensor on the host, no clock, no global randomness. Inputs are those
 * of `stepInputs`; outputs are the loss, whether all is finite, logged numbers, and the values that variables are to take.
 * `wholeRows` are those of the whole batch, where other processes have some of them.
 */
export function buildStep(parts: StepParts, tag: string, wholeRows?: number): PlainStep {
  const { rules, gradients: part, gradientTransforms, optimizer, variables, attribution, batchSize } = parts;
  const mayChange = (info: VariableInfo) =>
    info.group === 'optimizer' || rules.every((rule) => rule.trains(info, tag));
  const trained = variables.filter((info) => info.kind === 'weight' && mayChange(info));
  const frozen = new Set(variables.filter((info) => !mayChange(info)).map((info) => info.variable));
  const names = new Map(variables.map(({ variable, name }) => [variable, name]));
  const book = () => new UpdateBook(names, frozen);

  return (inputs, draw) => {
    const draws = new StepDraws(draw);
    const updates = book();
    const kept: StepEvaluation[] = [];
    const rows = inputs[`${ROWS}targets`].shape[0];
    const context: StepContext & { readonly rows: number } = {
      ...contextInputs(inputs),
      rows,
      share: Math.min(1, (wholeRows ?? rows) / batchSize),
      training: true,
      tag,
      uniform: draws.from(undefined),
      update: (variable, value) => updates.ask(variable, value),
      log: (name, value) => updates.log(name, value),
    };
    const evaluator = new LossEvaluator(parts, { tag, inputs, context, trained, draws, book, rows });
    try {
      const evaluation = part.compute((at) => {
        const made = evaluator.evaluate(at);
        kept.push(made);
        return made;
      }, context);
      updates.take(evaluation);
      const gradients = transformed(evaluation.gradients, gradientTransforms, context, attribution);
      optimizer.apply(gradients, {
        learningRate: inputs.learningRate as Scalar,
        epoch: context.epoch,
        step: context.step,
        update: context.update,
        log: context.log,
        next: (variable) => updates.next(variable),
      });
      return updates.outputs(evaluation.loss);
    } finally {
      updates.clear();
      draws.dispose();
      kept.forEach(disposeEvaluation);
    }
  };
}

/** Gradients after their transforms, each checked to keep weights and shapes. */
function transformed(
  raw: Gradients,
  transforms: readonly GradientTransform[],
  context: StepContext,
  attribution: Attribution,
): Gradients {
  return transforms.reduce((before, transform) => {
    const after = transform.transform(before, context);
    if (!isMap(after)) attribution.refuse(transform, 'transform', 'expected a Map by weight');
    for (const [info, gradient] of after) {
      const { shape } = info.variable;
      if (tf.util.arraysEqual(gradient.shape, shape)) continue;
      const received = `[${gradient.shape.join(', ')}]`;
      attribution.refuse(
        transform,
        'transform',
        `the gradient of '${info.name}' should be [${shape.join(', ')}], it is ${received}`,
      );
    }
    return after;
  }, raw);
}

/** Whether it is one, in spite of its type: plugins may be plain JavaScript. */
function isMap(value: unknown): boolean {
  return value instanceof Map;
}
