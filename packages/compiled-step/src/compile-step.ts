import { defineOptions, func, oneOf, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { hasOwnOps } from '@evenkeel/tensorflow-node/backend';
import type { GraphDescription } from './describe-graph.js';
import type { Graph } from './graph.js';
import { errors } from './errors.js';
import { hasFastProducts, precisionHere } from './precision.js';
import type { Precision, PrecisionInUse } from './precision.js';
import { whyNotTensors } from './named-tensors.js';
import { recordableBackend } from './recordable-backend.js';
import type { RecordableBackend } from './recordable-backend.js';
import { isRecording } from './recorder.js';
import type { OperationProfile } from './profile-graph.js';
import { rewriteGraph } from './rewrite-graph.js';
import { StepVariant } from './step-variant.js';
import type { Draw, Step } from './step.js';

/** How a step is compiled. */
export interface CompileStepOptions {
  /** What messages call it; default `step`. */
  readonly name?: string;
  /**
   * What convolutions and the operations between them compute and store in; default `float32`. With `bfloat16` every
   * result is that of a graph: a step that cannot be one is an error.
   */
  readonly precision?: Precision;
  /**
   * Graphs that are kept, one for each set of input names, shapes and types. What comes later runs eagerly, or, in
   * bfloat16, is recorded at every call. Default 16.
   */
  readonly maxGraphs?: number;
  /** Gets one line when the step cannot be replayed or runs in float32 instead; default tfjs's own `warn`. */
  readonly onMessage?: (line: string) => void;
  /** Says in messages where the caller stands, such as `in epoch 2, at batch 7`; default: the number of the call. */
  readonly where?: () => string;
}

/** The options of `compileStep`. */
export const compileStepOptions = defineOptions('compileStep', errors.OPTION_INVALID, {
  name: text().default('step'),
  precision: oneOf('float32', 'bfloat16').default('float32'),
  maxGraphs: whole().default(16),
  onMessage: func<(line: string) => void>().optional("tfjs's own `warn`"),
  where: func<() => string>().optional('the number of the call'),
} satisfies SpecOf<CompileStepOptions>);
/** What a compiled step runs. */
export interface StepDescription extends PrecisionInUse {
  /** The precision that it was asked for. */
  readonly wanted: Precision;
  /** One for each set of input names, shapes and types that it has met, as a text: `images:float32[128,32,32,3]`. */
  readonly graphs: Readonly<Record<string, GraphDescription>>;
}

/** A step that replays itself where it can; otherwise the same step. */
export interface CompiledStep<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap> {
  /**
   * Runs the step and moves the variables. Inputs stay the caller's, and so do the outputs, as after any op.
   * Throws `COMPILED_INPUTS`, `COMPILED_OUTPUTS`, `COMPILED_NO_DRAW`, `COMPILED_DRAW_SHAPE`, `COMPILED_DISPOSED`, `COMPILED_PRECISION`,
   * `COMPILED_MOVES_AND_REDUCES`, and what the step throws.
   */
  (inputs: Inputs, draw?: Draw): Outputs;
  /** Asks for a look, in the next call, at whether the step still does what was recorded: it costs its host code, and computes nothing. */
  look(): void;
  /** Its precision, settled by the first call, and what runs in which; graphs are there once they were recorded. */
  describe(): StepDescription;
  /**
   * What the operations of the graph for inputs of these shapes take, timed one by one and summed by kind and precision, the longest first.
   * The step must have been called with such inputs; variables stay as they are.
   *
   * @param options `rounds` of which each operation's median counts, 1 or more, default 5; `draw` as for a call.
   * Throws `COMPILED_NOT_RECORDED`, `COMPILED_INPUTS`, `COMPILED_PROFILE_REDUCES`, `COMPILED_OPTION_INVALID` and `COMPILED_DISPOSED`.
   */
  profile(inputs: Inputs, options?: ProfileOptions): OperationProfile[];
  /** Frees graphs and sessions. */
  dispose(): void;
}

/** How a step is profiled. */
export interface ProfileOptions {
  /** Runs of the graph that count; default 5. */
  readonly rounds?: number;
  /** Makes the step's draws. */
  readonly draw?: Draw;
}

/** The options of `profile` of a compiled step. */
export const profileOptions = defineOptions('profile', errors.OPTION_INVALID, {
  rounds: whole(1).default(5),
  draw: func<Draw>().optional('none'),
} satisfies SpecOf<ProfileOptions>);

/**
 * Makes a step that TensorFlow runs as one graph, on native and native-gpu; on other backends it is the step itself.
 *
 * The first call of every set of input names, shapes and types records what the step does; later ones replay that
 * without its host code. Calls 2, 4, 8, 16 ..., each 128th call and those after `look()`, which a trainer asks for when an epoch begins and
 * before the last step, run the host code again to see that it still does the same. Recording puts operations off: shapes are known by running each kind
 * of call once, and values are computed where somebody wants them. So a step never takes the memory of running op by op, but for the call that makes an optimizer's variables.
 * Where the host code does something else, or where it reads a tensor on the host, a message names the op and the calls that may have
 * missed the change, and the step runs eagerly from then on.
 * So everything that changes between calls has to be an input, a draw or a variable: a learning rate is a tensor.
 *
 * Variables live where they always do: each replay takes their values as they are and gives them new ones, so that
 * they may be read and assigned between calls. Results are those of the eager step, bit for bit, except that TensorFlow
 * rounds the last bit of its own softmax differently in a graph.
 *
 * With `precision: 'bfloat16'` the operations of `BFLOAT16_LIST` run in bfloat16 with sums in float32, in every
 * call alike; variables, inputs and outputs stay float32. Without AMX or AVX512_BF16, or on another backend, it says so in
 * one line and runs in float32 from the first call on.
 *
 * A step that reduces over processes (`@evenkeel/replicas`) does so once in every call, whether that looks at the host code or
 * not, and moves no variables by itself.
 *
 * Throws `COMPILED_OPTION_INVALID`.
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
  const settings = compileStepOptions.read(options);
  const { name, maxGraphs, precision: wanted, where, onMessage = tf.backend_util.warn } = settings;
  const checkedStep: Step<Inputs, Outputs> = (inputs, draw) => {
    const outputs = step(inputs, draw);
    const received = whyNotTensors(outputs);
    if (received === undefined) return outputs;
    // Its own failure, if it comes to that, is nobody's any more.
    void Promise.resolve(outputs).catch(() => undefined);
    throw errors.OUTPUTS({ name, received });
  };
  const variants = new Map<string, StepVariant<Inputs, Outputs>>();
  const said = new Set<string>();
  let inUse: PrecisionInUse | undefined;
  let disposed = false;

  const say = (line: string): void => {
    if (!said.has(line)) onMessage(`compileStep: '${name}' ${line}.`);
    said.add(line);
  };
  const settlePrecision = (): Precision => {
    inUse ??= precisionHere(wanted);
    if (inUse.reason !== undefined) say(`runs in float32, since ${inUse.reason}`);
    return inUse.precision;
  };
  const newVariant = (precision: Precision): StepVariant<Inputs, Outputs> => {
    const refuse = (reason: string): never => {
      throw errors.PRECISION({ name, precision, reason });
    };
    const rewrite = (graph: Graph, backend: RecordableBackend): Graph =>
      rewriteGraph(graph, {
        precision,
        binding: backend.binding,
        ownOps: hasOwnOps(backend),
        fastProducts: hasFastProducts(),
      });
    return precision === 'float32'
      ? new StepVariant(checkedStep, {
          rewrite,
          graphsOnly: false,
          where,
          onRefused: (reason) => say(`runs eagerly, since ${reason}`),
        })
      : new StepVariant(checkedStep, { rewrite, graphsOnly: true, where, onRefused: refuse });
  };
  const variantFor = (inputs: Inputs, precision: Precision): StepVariant<Inputs, Outputs> | undefined => {
    const signature = signatureOf(inputs);
    const known = variants.get(signature);
    if (known !== undefined) return known;
    const isFull = variants.size >= maxGraphs;
    if (isFull && maxGraphs > 0) {
      const runs = precision === 'float32' ? 'runs eagerly' : 'is recorded at every call';
      say(`${runs}, since its inputs come in more than ${maxGraphs} sets of shapes (option 'maxGraphs')`);
    }
    if (isFull && precision === 'float32') return undefined;
    const variant = newVariant(precision);
    if (!isFull) variants.set(signature, variant);
    return variant;
  };
  const runOn = (backend: RecordableBackend, precision: Precision, inputs: Inputs, draw: Draw): Outputs => {
    const variant = variantFor(inputs, precision);
    if (variant === undefined) return checkedStep(inputs, draw);
    try {
      return recordingIn(precision, () => variant.run(backend, inputs, draw));
    } finally {
      if (![...variants.values()].includes(variant)) variant.dispose();
    }
  };
  const checkCall = (inputs: Inputs): void => {
    if (disposed) throw errors.DISPOSED({ name });
    const received = whyNotTensors(inputs);
    if (received !== undefined) throw errors.INPUTS({ name, received });
  };
  const run = (inputs: Inputs, draw?: Draw): Outputs => {
    checkCall(inputs);
    const backend = recordableBackend();
    const precision = settlePrecision();
    const checked = checkedDraw(name, draw);
    if (backend !== undefined && !isRecording(backend)) {
      return tf.tidy(() => runOn(backend, precision, inputs, checked));
    }
    // A step within a step that is being recorded is part of it.
    if (precision === 'bfloat16' && outerPrecision !== 'bfloat16') {
      const reason = backend ? 'it is part of a step in float32' : 'the backend was changed';
      throw errors.PRECISION({ name, precision, reason });
    }
    return tf.tidy(() => checkedStep(inputs, checked));
  };
  const describe = (): StepDescription => ({
    wanted,
    ...(inUse ?? precisionHere(wanted)),
    graphs: Object.fromEntries(
      [...variants].flatMap(([signature, { description }]) =>
        description ? [[signature, description]] : [],
      ),
    ),
  });
  const profile = (inputs: Inputs, profiling: ProfileOptions = {}): OperationProfile[] => {
    checkCall(inputs);
    const { rounds, draw } = profileOptions.read(profiling);
    const backend = recordableBackend();
    const signature = signatureOf(inputs);
    const found =
      backend && variants.get(signature)?.profile(backend, inputs, checkedDraw(name, draw), rounds);
    if (found !== undefined) return found;
    throw errors.NOT_RECORDED({ name, inputs: signature, recorded: Object.keys(describe().graphs) });
  };
  const dispose = (): void => {
    disposed = true;
    for (const variant of variants.values()) variant.dispose();
    variants.clear();
  };
  const look = (): void => {
    for (const variant of variants.values()) variant.look();
  };
  return Object.assign(run, { dispose, describe, look, profile });
}

/** The precision of the compiled step that is running now, if any. */
let outerPrecision: Precision | undefined;

function recordingIn<Result>(precision: Precision, run: () => Result): Result {
  const before = outerPrecision;
  outerPrecision = precision;
  try {
    return run();
  } finally {
    outerPrecision = before;
  }
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
