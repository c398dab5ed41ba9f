import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Scalar, Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { Attribution } from '../assembly/attribution.js';
import type { LayerContext, NetworkPart, VariableInfo } from '../contract/layers.js';
import type {
  AuxiliaryLoss,
  BuiltAuxiliaryLoss,
  EvaluationPlace,
  Gradients,
  LogitTransform,
  Loss,
  Penalty,
  StepContext,
  StepEvaluation,
  TrainableRule,
} from '../contract/step.js';
import { keptEvaluation } from '../parts/gradients/tensors-in.js';
import { variableGrads } from './variable-grads.js';
import { evaluationContext } from './network.js';
import type { Network } from './network.js';
import type { Part, StepDraws } from './draws.js';
import { contextInputs, ROWS } from './step-inputs.js';
import type { UpdateBook } from './update-book.js';

/** What a loss is made of. */
export interface LossParts {
  readonly network: Network;
  readonly logitTransforms: readonly LogitTransform[];
  readonly loss: Loss;
  readonly auxiliaryLosses: readonly { readonly of: AuxiliaryLoss; readonly built: BuiltAuxiliaryLoss }[];
  readonly penalties: readonly Penalty[];
  /** The trained variables. */
  readonly weights: readonly VariableInfo[];
  readonly rules: readonly TrainableRule[];
  readonly attribution: Attribution;
}

/** One step, as an evaluation of its loss sees it. */
export interface StepSetting {
  readonly tag: string;
  readonly inputs: NamedTensorMap;
  /** The context of the whole batch. */
  readonly context: StepContext;
  /** Weights that a batch of this tag may change. */
  readonly trained: readonly VariableInfo[];
  readonly draws: StepDraws;
  readonly book: () => UpdateBook;
  /** Size of the batch. */
  readonly rows: number;
}

/** Evaluates the loss and its gradients, of the whole batch or a part, with the weights as they are or others. */
export class LossEvaluator {
  readonly #parts: LossParts;
  readonly #setting: StepSetting;

  constructor(parts: LossParts, setting: StepSetting) {
    this.#parts = parts;
    this.#setting = setting;
  }

  /** Tensors of the result are kept: the step disposes them. */
  evaluate(place: EvaluationPlace = {}): StepEvaluation {
    return keptEvaluation(() => this.#evaluated(place));
  }

  #evaluated({ weights, part, after, ranks }: EvaluationPlace): StepEvaluation {
    const { tag, rows, draws, book } = this.#setting;
    const updates = book();
    const restore = withWeights(weights);
    try {
      const inputs = this.#inputsOf(part, after);
      const alone: StepContext = {
        ...contextInputs(inputs),
        share: this.#setting.context.share,
        training: true,
        tag,
        uniform: draws.from(part, rows),
        update: (variable, value) => updates.ask(variable, value),
        log: (name, value) => updates.log(name, value),
      };
      const { loss: ownLoss } = this.#parts;
      const weight = ownLoss.weight?.(alone) ?? tf.scalar(part?.size ?? rows);
      const context = ranks ? { ...alone, ranks: ranks(weight) } : alone;
      const forward = () => {
        updates.clear();
        return this.#forward(inputs[`${ROWS}inputs`], context);
      };
      const { loss, gradients } = this.#gradients(forward);
      const own = <T extends Tensor>(tensor: T): T => tf.clone(tensor);
      return {
        loss: own(loss),
        weight: own(weight),
        gradients: new Map(Array.from(gradients, ([info, gradient]) => [info, own(gradient)])),
        updates: updates.updates,
        logged: updates.logged,
      };
    } catch (error) {
      updates.clear();
      throw error;
    } finally {
      restore();
    }
  }

  /** The rows of a part, and all that goes with them; `after` ties them to an evaluation that has to be over first. */
  #inputsOf(part: Part | undefined, after: StepEvaluation | undefined): NamedTensorMap {
    const inputs = this.#rowsOf(part);
    const first = `${ROWS}inputs`;
    // A recorded graph has edges of data only: 0·loss is one that changes no number.
    return after ? { ...inputs, [first]: tf.add(inputs[first], tf.mul(after.loss, 0)) } : inputs;
  }

  #rowsOf(part: Part | undefined): NamedTensorMap {
    const { inputs, rows } = this.#setting;
    if (part === undefined || (part.from === 0 && part.size === rows)) return inputs;
    const cut = ([name, value]: [string, Tensor]): [string, Tensor] => {
      if (!name.startsWith(ROWS)) return [name, value];
      const { shape } = value;
      return [
        name,
        tf.slice(value, [part.from, ...shape.slice(1).map(() => 0)], [part.size, ...shape.slice(1)]),
      ];
    };
    return Object.fromEntries(Object.entries(inputs).map(cut));
  }

  #forward(inputs: Tensor, context: StepContext): Scalar {
    const { network, auxiliaryLosses, penalties, weights, rules, attribution } = this.#parts;
    const { tag } = context;
    const frozenContext: LayerContext = { ...evaluationContext, tag };
    const isFrozen = (part: NetworkPart) => rules.some((rule) => rule.freezes?.(part, tag) === true);
    const contextOf = (part: NetworkPart) => (isFrozen(part) ? frozenContext : context);
    const stages = network.stages(inputs, contextOf);
    const terms = auxiliaryLosses.map(({ of, built }) => {
      const own: StepContext = isFrozen('auxiliary') ? { ...context, ...frozenContext } : context;
      return scalarOf(attribution, of, 'loss', built.loss({ ...stages, inputs }, own));
    });
    const loss = stages.experts
      ? this.#meanOfExperts(stages.experts, context)
      : this.#lossOf(stages.logits, context);
    const ofWeights = penalties.map((penalty) =>
      scalarOf(attribution, penalty, 'penalty', penalty.penalty(weights, context)),
    );
    return [...terms, ...ofWeights].reduce<Scalar>((sum, term) => tf.add(sum, term), loss);
  }

  #meanOfExperts(experts: readonly Tensor2D[], context: StepContext): Scalar {
    const losses = experts.map((logits) => this.#lossOf(logits, context));
    return tf.div<Scalar>(tf.addN(losses), experts.length);
  }

  #lossOf(plain: Tensor2D, context: StepContext): Scalar {
    const { logitTransforms, loss, attribution } = this.#parts;
    const logits = logitTransforms.reduce((value, transform) => {
      const changed = transform.transform(value, context);
      if (!tf.util.arraysEqual(changed.shape, plain.shape)) {
        attribution.refuse(
          transform,
          'transform',
          `expected logits ${shapeOf(plain)}, it gave ${shapeOf(changed)}`,
        );
      }
      return changed;
    }, plain);
    return scalarOf(attribution, loss, 'loss', loss.loss(logits, context));
  }

  #gradients(forward: () => Scalar): { loss: Scalar; gradients: Gradients } {
    const { trained } = this.#setting;
    const { value, gradients } = variableGrads(
      forward,
      trained.map((info) => info.variable),
    );
    const found = trained.flatMap((info) => {
      const gradient = gradients.get(info.variable);
      return gradient ? [[info, gradient] as const] : [];
    });
    return { loss: value, gradients: new Map(found) };
  }
}

/** Lets variables hold other values; the returned function gives them back what they had. */
function withWeights(weights: ReadonlyMap<VariableInfo, Tensor> | undefined): () => void {
  const before: (readonly [Variable, Tensor])[] = [];
  for (const [{ variable }, value] of weights ?? []) {
    before.push([variable, tf.keep(tf.clone<Tensor>(variable))]);
    variable.assign(value);
  }
  return () => {
    for (const [variable, value] of before) {
      variable.assign(value);
      value.dispose();
    }
  };
}

/** What a part of the loss gave, refused in its name where it is no scalar. */
function scalarOf(
  attribution: Attribution,
  by: { readonly name: string },
  member: string,
  value: Scalar,
): Scalar {
  if (value.rank !== 0) attribution.refuse(by, member, `expected a scalar, it gave ${shapeOf(value)}`);
  return value;
}

function shapeOf({ shape }: Tensor): string {
  return `a tensor of shape [${shape.join(', ')}]`;
}
