import { defineOptions, func, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { errors } from './errors.js';
import { recordableBackend } from './recordable-backend.js';
import { isRecording } from './recorder.js';
import { StepVariant } from './step-variant.js';
import type { Draw, Step } from './step.js';

/** How a step is compiled. */
export interface CompileStepOptions {
  /** What messages call it; default `step`. */
  readonly name?: string;
  /** Graphs that are kept, one for each set of input names, shapes and types; what comes later runs eagerly. Default 16. */
  readonly maxGraphs?: number;
  /** Gets one line when the step cannot be replayed; default tfjs's own `warn`. */
  readonly onMessage?: (line: string) => void;
}

/** The options of `compileStep`. */
export const compileStepOptions = defineOptions('compileStep', errors.OPTION_INVALID, {
  name: text().default('step'),
  maxGraphs: whole().default(16),
  onMessage: func<(line: string) => void>().optional("tfjs's own `warn`"),
} satisfies SpecOf<CompileStepOptions>);

/** A step that replays itself where it can; otherwise the same step. */
export interface CompiledStep<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap> {
  /**
   * Runs the step and moves the variables. Inputs stay the caller's, and so do the outputs, as after any op.
   * @throws COMPILED_NO_DRAW, COMPILED_DRAW_SHAPE, COMPILED_DISPOSED, COMPILED_MOVES_AND_REDUCES, and what the step throws.
   */
  (inputs: Inputs, draw?: Draw): Outputs;
  /** Frees graphs and sessions. */
  dispose(): void;
}

/**
 * Makes a step that TensorFlow runs as one graph, on native with the CPU; on other backends it is the step itself.
 *
 * The first call of every set of input names, shapes and types records what the step does; later ones replay that
 * without its host code. Call 2, 4, 8, 16 ... run the host code again to check that it still does the same. Where it
 * does not, or where it reads a tensor on the host, a message names the op and the step runs eagerly from then on.
 * So everything that changes between calls has to be an input, a draw or a variable: a learning rate is a tensor.
 *
 * Variables live where they always do: each replay takes their values as they are and gives them new ones, so that
 * they may be read and assigned between calls. Results are those of the eager step, bit for bit, except that TensorFlow
 * rounds the last bit of its own softmax differently in a graph.
 *
 * A step that reduces over processes (`@evenkeel/replicas`) does so once in every call, whether that looks at the host code or
 * not, and moves no variables by itself.
 *
 * @throws COMPILED_OPTION_INVALID.
 * @example
 * const train = compileStep(({ images, labels }) => ({
 *   loss: optimizer.minimize(() => crossEntropy(labels, model(images)), true)!,
 * }));
 * const { loss } = train({ images, labels });
 */
export function compileStep<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap>(
  step: Step<Inputs, Outputs>,
  options: CompileStepOptions = {},
): CompiledStep<Inputs, Outputs> {
  const { name, maxGraphs, onMessage = tf.backend_util.warn } = compileStepOptions.read(options);
  const variants = new Map<string, StepVariant<Inputs, Outputs>>();
  const said = new Set<string>();
  let disposed = false;

  const say = (reason: string): void => {
    if (!said.has(reason)) onMessage(`compileStep: '${name}' runs eagerly, since ${reason}.`);
    said.add(reason);
  };
  const variantFor = (inputs: Inputs): StepVariant<Inputs, Outputs> | undefined => {
    const signature = signatureOf(inputs);
    const known = variants.get(signature);
    if (known !== undefined) return known;
    if (variants.size >= maxGraphs) {
      if (maxGraphs > 0) say(`its inputs come in more than ${maxGraphs} sets of shapes (option 'maxGraphs')`);
      return undefined;
    }
    const variant = new StepVariant(step, say);
    variants.set(signature, variant);
    return variant;
  };
  const run = (inputs: Inputs, draw?: Draw): Outputs => {
    if (disposed) throw errors.DISPOSED({ name });
    const backend = recordableBackend();
    // A step within a step that is being recorded is part of it.
    const variant = backend && !isRecording(backend) ? variantFor(inputs) : undefined;
    const checked = checkedDraw(name, draw);
    return tf.tidy(() => (variant ? variant.run(backend!, inputs, checked) : step(inputs, checked)));
  };
  const dispose = (): void => {
    disposed = true;
    for (const variant of variants.values()) variant.dispose();
    variants.clear();
  };
  return Object.assign(run, { dispose });
}

function signatureOf(inputs: NamedTensorMap): string {
  return Object.entries(inputs)
    .map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape.join()}]`)
    .join();
}

function checkedDraw(name: string, draw: Draw | undefined): Draw {
  return (purpose, shape, options) => {
    if (draw === undefined) throw errors.NO_DRAW({ name, purpose });
    const drawn = draw(purpose, shape, options);
    if (!tf.util.arraysEqual(drawn.shape, [...shape])) {
      throw errors.DRAW_SHAPE({ name, purpose, expected: shape, received: drawn.shape });
    }
    return drawn;
  };
}
