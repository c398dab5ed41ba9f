import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { describeGraph } from './describe-graph.js';
import type { GraphDescription } from './describe-graph.js';
import { errors } from './errors.js';
import { firstDifference } from './first-difference.js';
import { toGraph } from './graph.js';
import type { Graph } from './graph.js';
import { GraphSession } from './graph-session.js';
import { profileGraph } from './profile-graph.js';
import type { OperationProfile } from './profile-graph.js';
import { assignHandle, handleOf, isAlive } from './recordable-backend.js';
import type { RecordableBackend } from './recordable-backend.js';
import { Outlines } from './outlines.js';
import { record } from './record.js';
import type { Watched } from './record.js';
import type { Recording } from './recording.js';
import type { Draw, Step } from './step.js';

/** How a variant goes about its graphs. */
export interface VariantOptions {
  /** What TensorFlow is to run for a recorded graph: the same values by other operations. */
  readonly rewrite: (graph: Graph, backend: RecordableBackend) => Graph;
  /** Told why the step is not replayed; where it throws, the variables are as they were before the call. */
  readonly onRefused: (reason: string) => void;
  /** Whether results may come from graphs only, since the step itself computes other ones. */
  readonly graphsOnly: boolean;
  /** Where the caller stands, for messages, such as `in epoch 2 (step 70)`; by default the number of the call. */
  readonly where?: () => string;
}

/** A step for inputs of fixed names, shapes and types: recorded, replayed, or refused. Call it in `tf.tidy`. */
export class StepVariant<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap> {
  readonly #step: Step<Inputs, Outputs>;
  readonly #options: VariantOptions;
  #graph: Graph | undefined;
  #session: GraphSession | undefined;
  #refused = false;
  #calls = 0;
  #rewritten: Graph | undefined;
  #wanted = false;
  /** Where its host code was last seen to do what the graph does. */
  #seen = '';
  #outlines: Outlines | undefined;
  #description: GraphDescription | undefined;

  constructor(step: Step<Inputs, Outputs>, options: VariantOptions) {
    this.#step = step;
    this.#options = options;
  }

  /** What TensorFlow runs; nothing before the first call. */
  get description(): GraphDescription | undefined {
    return this.#description;
  }

  /** Outputs of the step, after moving the variables. */
  run(backend: RecordableBackend, inputs: Inputs, draw: Draw): Outputs {
    if (this.#refused) return this.#step(inputs, draw);
    this.#calls = this.#graph === undefined ? 1 : this.#calls + 1;
    if (this.#calls > 2 && this.#graph && this.#lostTensor(this.#graph, backend)) this.#restart();
    return this.#graph === undefined || this.#isLookDue()
      ? this.#record(backend, inputs, draw)
      : this.#replayDrawn(this.#graph, backend, inputs, draw);
  }

  /** Asks for a look at the host code in the next call. */
  look(): void {
    this.#wanted = true;
  }

  /** Whether the host code is looked at: when asked, in the second call, in ever fewer later ones, and in each 128th. */
  #isLookDue(): boolean {
    return this.#wanted || this.#calls % LOOK_EVERY === 0 || Number.isInteger(Math.log2(this.#calls));
  }

  #saw(): void {
    this.#wanted = false;
    this.#seen = this.#here();
  }

  #here(): string {
    return this.#options.where?.() || `in call ${this.#calls}`;
  }

  #replayDrawn(graph: Graph, backend: RecordableBackend, inputs: Inputs, draw: Draw): Outputs {
    const drawn = graph.draws.map(({ purpose, shape, rows }) => draw(purpose, shape, { rows }));
    try {
      return this.#replay(backend, graph, idsFor(graph, backend, inputs, drawn));
    } catch (error) {
      // Other processes have gone past what it reduced: there is no second try.
      if (graph.reduces) throw error;
      // Numbers that an op refuses, say; run eagerly, it names itself.
      this.#restart();
      let place = 0;
      return this.#record(backend, inputs, (...request) => drawn[place++] ?? draw(...request), false);
    }
  }

  /** The operations of the graph, timed one by one; nothing where there is no graph. Variables stay as they are. */
  profile(
    backend: RecordableBackend,
    inputs: Inputs,
    draw: Draw,
    rounds: number,
  ): OperationProfile[] | undefined {
    if (this.#graph === undefined || this.#rewritten === undefined) return undefined;
    const drawn = this.#graph.draws.map(({ purpose, shape, rows }) => draw(purpose, shape, { rows }));
    const ids = idsFor(this.#graph, backend, inputs, drawn);
    return profileGraph(this.#rewritten, backend.binding, ids, rounds);
  }

  /** Frees graph and session; a later call records again. */
  dispose(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#graph = undefined;
    this.#rewritten = undefined;
  }

  /**
   * Sees what the step does now. The results are the graph's: TensorFlow computes some ops, such as Softmax, to another last bit
   * in a graph, and a run that is cut and resumed should not feel where it was cut.
   */
  #record(backend: RecordableBackend, inputs: Inputs, draw: Draw, putsOff = true): Outputs {
    const draws = new RepeatedDraws(draw);
    let watched: Watched<Outputs> | undefined;
    try {
      this.#outlines ??= new Outlines(backend.binding);
      watched = record(backend, this.#step, inputs, draws.first, putsOff ? this.#outlines : undefined);
      const { recording } = watched;
      const compute = () => this.#compute(watched!, inputs, draws);
      const isFirst = recording.newVariables.length > 0;
      if (isFirst && !this.#options.graphsOnly) {
        this.#calls = 0;
        return compute();
      }
      const graph = toGraph(recording);
      const change = this.#graph && firstDifference(this.#graph, graph);
      if (recording.problem !== undefined || change !== undefined) {
        // Without graphs it is an error, and nothing has happened.
        if (this.#options.graphsOnly) watched.takeBack();
        const outputs = this.#options.graphsOnly ? ({} as Outputs) : compute();
        watched.end();
        this.#refuse(recording.problem ?? this.#affected(change!), backend, recording);
        return outputs;
      }
      try {
        return this.#firstReplay(backend, graph, watched, compute);
      } finally {
        if (isFirst) this.#restart(0);
      }
    } catch (error) {
      // What this look was for is still to be seen.
      this.#wanted = true;
      throw error;
    } finally {
      watched?.end();
      draws.dispose();
    }
  }

  /** What a recorded call gives without a graph. Where TensorFlow refuses its values, the step itself runs, and says where. */
  #compute(watched: Watched<Outputs>, inputs: Inputs, draws: RepeatedDraws): Outputs {
    // What only looked at reductions has not computed anything.
    if (watched.recording.reduces) return this.#again(inputs, draws, watched.recording);
    try {
      return watched.outputs();
    } catch {
      watched.takeBack();
      watched.end();
      return this.#step(inputs, draws.again());
    }
  }

  /** Loads the graph where that is still to be done, and runs it; what cannot be one is refused. */
  #firstReplay(
    backend: RecordableBackend,
    graph: Graph,
    watched: Watched<Outputs>,
    compute: () => Outputs,
  ): Outputs {
    try {
      this.#session ??= this.#load(graph, backend);
      this.#graph = graph;
      const outputs = this.#replay(
        backend,
        graph,
        graph.inputs.map(({ id }) => id),
      );
      this.#saw();
      return outputs;
    } catch (error) {
      if (graph.reduces && this.#session) throw error;
      // A graph that never ran is none; one that did stays, where it is the numbers that an op refuses: that is thrown here.
      if (this.#seen === '') this.dispose();
      const outputs = compute();
      watched.end();
      this.#refuse(notAGraph(error), backend, watched.recording);
      return outputs;
    }
  }

  #load(graph: Graph, backend: RecordableBackend): GraphSession {
    this.#rewritten = this.#options.rewrite(graph, backend);
    this.#description = describeGraph(this.#rewritten, backend.binding);
    return new GraphSession(this.#rewritten, backend.binding);
  }

  /** The step once more, eagerly, now with its reductions. */
  #again(inputs: Inputs, draws: RepeatedDraws, { updates }: Recording): Outputs {
    const [moved] = updates;
    if (moved !== undefined) throw errors.MOVES_AND_REDUCES({ variable: moved[0].name });
    return this.#step(inputs, draws.again());
  }

  #replay(backend: RecordableBackend, graph: Graph, ids: readonly number[]): Outputs {
    const tensors = this.#session!.run(ids).map((handle) => backend.createOutputTensor(handle));
    graph.updates.forEach(({ variable }, at) => {
      const value = tensors[graph.outputs.length + at];
      variable.assign(value);
      value.dispose();
    });
    return Object.fromEntries(graph.outputs.map(({ key }, at) => [key, tensors[at]])) as Outputs;
  }

  #restart(calls = 1): void {
    this.dispose();
    this.#calls = calls;
  }

  /** A change, and which steps may have missed it. */
  #affected(change: string): string {
    return (
      `${change}. It was last seen unchanged ${this.#seen}, and the change was noticed ${this.#here()}: what ran in ` +
      'between may have used the old one. What changes during a run has to come in as a tensor'
    );
  }

  /** Whether the owner of a tensor that the graph takes has disposed it, mostly to put another in its place. */
  #lostTensor(graph: Graph, { binding }: RecordableBackend): boolean {
    return graph.inputs.some(({ source }) => source.kind === 'captured' && !isAlive(binding, source.id));
  }

  #refuse(reason: string, backend: RecordableBackend, recording: Recording): void {
    this.dispose();
    if (this.#options.graphsOnly) takeBack(backend, recording);
    else this.#refused = true;
    this.#options.onRefused(reason);
  }
}

/** Gives the variables that a recorded call moved the values from before it. */
function takeBack(backend: RecordableBackend, { outside, updates }: Recording): void {
  const moved = new Set(updates.map(([variable]) => variable));
  for (const { id, source } of outside.values()) {
    if (source.kind !== 'variable' || !moved.has(source.variable)) continue;
    assignHandle(backend, source.variable, id);
  }
}

function notAGraph(error: unknown): string {
  return `TensorFlow cannot run it as a graph (${(error as Error).message.replace(/\s+/g, ' ')})`;
}

/** Draws that can be had twice. */
class RepeatedDraws {
  readonly #draw: Draw;
  readonly #drawn: Tensor[] = [];

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  readonly first: Draw = (...request) => {
    const drawn = this.#draw(...request);
    this.#drawn.push(tf.keep(tf.clone(drawn)));
    return drawn;
  };

  /** The same numbers once more, in the order of asking, and then new ones. */
  again(): Draw {
    let place = 0;
    return (...request) => {
      const drawn = this.#drawn.at(place++);
      return drawn ? tf.clone(drawn) : this.#draw(...request);
    };
  }

  dispose(): void {
    for (const tensor of this.#drawn) tensor.dispose();
  }
}

/** How often the host code is looked at in long runs; a look costs less than a small step. */
const LOOK_EVERY = 128;

function idsFor(
  graph: Graph,
  backend: RecordableBackend,
  inputs: NamedTensorMap,
  drawn: readonly Tensor[],
): number[] {
  return graph.inputs.map(({ source }) => {
    switch (source.kind) {
      case 'input':
        return handleOf(backend, inputs[source.name]);
      case 'draw':
        return handleOf(backend, drawn[source.place]);
      case 'variable':
        return handleOf(backend, source.variable);
      case 'captured':
        return source.id;
    }
  });
}
