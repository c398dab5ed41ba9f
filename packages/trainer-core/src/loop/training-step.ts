import './gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Tensor1D, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import { GRADIENT_TRANSFORMS, LOGIT_TRANSFORMS, LOSS, PENALTIES, TRAINABLE } from '../contract/core-roles.js';
import type { LayerContext, NetworkPart, VariableInfo } from '../contract/layers.js';
import type { Resolve } from '../contract/plugin.js';
import type { PlainStep } from '../contract/step-compiler.js';
import type { Gradients, Optimizer, StepContext } from '../contract/step.js';
import { trainerErrors } from '../errors.js';
import { evaluationContext } from './network.js';
import type { Network } from './network.js';
import type { VariableStore } from './variable-store.js';

/** Everything that changes from step to step: the inputs of the pure step. */
export interface StepInputs {
  /** `[batch, ...exampleShape]`. */
  readonly images: Tensor;
  /** `[batch]`, int32. */
  readonly labels: Tensor1D;
  /** `[batch, classes]`, float32. */
  readonly targets: Tensor2D;
  /** `[classes]`, summing to 1. */
  readonly classPrior: Tensor1D;
  /** `[classes]`, summing to 1. */
  readonly datasetPrior: Tensor1D;
  /** `[classes]`. */
  readonly classCounts: Tensor1D;
  /** Zero-based. */
  readonly epoch: Scalar;
  readonly epochs: Scalar;
  /** Steps before this one. */
  readonly step: Scalar;
  readonly learningRate: Scalar;
  /** Uniform numbers for a purpose, drawn on the host. */
  readonly uniform: (purpose: string, shape: readonly number[]) => Tensor;
}

/** What a step gives: the loss, and the values that variables are to take. */
export interface StepResult {
  readonly loss: Scalar;
  readonly updates: ReadonlyMap<Variable, Tensor>;
}

/** A pure training step for one tag: reads no tensor on the host, no clock, no global randomness. */
export type TrainingStep = (inputs: StepInputs) => StepResult;

/** Puts the step of a tag together from the roles. Call the step inside `tf.tidy`; its results must be kept or used there. */
export function buildStep(
  resolve: Resolve,
  network: Network,
  optimizer: Optimizer,
  store: VariableStore,
  tag: string,
): TrainingStep {
  const rules = resolve(TRAINABLE);
  const mayChange = (info: VariableInfo) =>
    info.group === 'optimizer' || rules.every((rule) => rule.trains(info, tag));
  const isFrozen = (part: NetworkPart) => rules.some((rule) => rule.freezes?.(part, tag) === true);
  const weights = store.weights();
  const trained = weights.filter(mayChange);
  const frozen = new Set(
    store
      .all()
      .filter((info) => !mayChange(info))
      .map((info) => info.variable),
  );
  const known = new Set(store.all().map((info) => info.variable));
  const logitTransforms = resolve(LOGIT_TRANSFORMS);
  const loss = resolve(LOSS);
  const penalties = resolve(PENALTIES);
  const gradientTransforms = resolve(GRADIENT_TRANSFORMS);

  return (inputs) => {
    const updates = new Map<Variable, Tensor>();
    const update = (variable: Variable, value: Tensor) => {
      checkUpdate(variable, value, known);
      if (frozen.has(variable)) return;
      updates.get(variable)?.dispose();
      updates.set(variable, tf.keep(tf.clone(value)));
    };
    const context: StepContext = { ...inputs, training: true, tag, update };
    const frozenContext: LayerContext = { ...evaluationContext, tag };
    const contextOf = (part: NetworkPart) => (isFrozen(part) ? frozenContext : context);

    const forward = (): Scalar => {
      const plain = network.stages(inputs.images, contextOf).logits;
      const logits = logitTransforms.reduce((value, transform) => transform.transform(value, context), plain);
      return penalties.reduce<Scalar>(
        (sum, term) => tf.add(sum, term.penalty(weights, context)),
        loss.loss(logits, context),
      );
    };

    const compute = (): StepResult => {
      if (trained.length === 0) return { loss: forward(), updates };
      const { value, grads } = tf.variableGrads(
        forward,
        trained.map((info) => info.variable),
      );
      const raw: Gradients = new Map(
        trained.flatMap((info) => {
          const gradient = grads[info.variable.name];
          return gradient ? [[info, gradient] as const] : [];
        }),
      );
      const gradients = gradientTransforms.reduce(
        (value, transform) => transform.transform(value, context),
        raw,
      );
      optimizer.apply(gradients, {
        learningRate: inputs.learningRate,
        update,
        next: (variable) => updates.get(variable) ?? variable,
      });
      return { loss: value, updates };
    };
    try {
      return compute();
    } catch (error) {
      for (const value of updates.values()) value.dispose();
      throw error;
    }
  };
}

/** A step may only ask for variables of its trainer, in their own shape; anything else would be lost or half applied. */
function checkUpdate(variable: Variable, value: Tensor, known: ReadonlySet<Variable>): void {
  const problem = !known.has(variable)
    ? 'it is not a variable of this trainer; make it in the scope given to `build`'
    : !tf.util.arraysEqual(variable.shape, value.shape) || variable.dtype !== value.dtype
      ? `expected ${variable.dtype} [${variable.shape.join(', ')}], received ${value.dtype} [${value.shape.join(', ')}]`
      : undefined;
  if (problem) throw trainerErrors.BAD_UPDATE({ variable: variable.name, problem });
}

/** The step between named tensors: `loss`, and the values that variables are to take under the variables' names. */
export function asPlainStep(step: TrainingStep): PlainStep {
  return (inputs, uniform) => {
    const { loss, updates } = step({ ...inputs, uniform } as unknown as StepInputs);
    const outputs: NamedTensorMap = { loss };
    for (const [{ name }, value] of updates) {
      outputs[name] = tf.clone(value);
      value.dispose();
    }
    return outputs;
  };
}

/**
 * Runs a step: gives the loss, read on the host, and moves the variables only when it is finite, so that a run that
 * diverges still holds its last good weights.
 */
export async function runStep(step: PlainStep, makeInputs: () => StepInputs): Promise<number> {
  const { loss, ...updates } = tf.tidy(() => {
    const { uniform, ...inputs } = makeInputs();
    return step(inputs, uniform);
  });
  const [value] = await loss.data();
  loss.dispose();
  const variables = tf.engine().state.registeredVariables;
  for (const [name, next] of Object.entries(updates)) {
    if (Number.isFinite(value)) variables[name].assign(next);
    next.dispose();
  }
  return value;
}
