import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { firstDifference } from './first-difference.js';
import { toGraph } from './graph.js';
import type { Graph } from './graph.js';
import { GraphSession } from './graph-session.js';
import { handleOf, isAlive } from './recordable-backend.js';
import type { RecordableBackend } from './recordable-backend.js';
import { record } from './recording.js';
import type { Draw, Step } from './step.js';

/** A step for inputs of fixed names, shapes and types: recorded, replayed, or refused. Call it in `tf.tidy`. */
export class StepVariant<Inputs extends NamedTensorMap, Outputs extends NamedTensorMap> {
  readonly #step: Step<Inputs, Outputs>;
  readonly #onRefused: (reason: string) => void;
  #graph: Graph | undefined;
  #session: GraphSession | undefined;
  #refused = false;
  #calls = 0;

  constructor(step: Step<Inputs, Outputs>, onRefused: (reason: string) => void) {
    this.#step = step;
    this.#onRefused = onRefused;
  }

  /** Outputs of the step, after moving the variables. */
  run(backend: RecordableBackend, inputs: Inputs, draw: Draw): Outputs {
    if (this.#refused) return this.#step(inputs, draw);
    this.#calls++;
    if (this.#calls > 2 && this.#graph && this.#lostTensor(this.#graph, backend)) this.#restart();
    if (this.#graph === undefined || isCheckpoint(this.#calls)) return this.#record(backend, inputs, draw);
    const drawn = this.#graph.draws.map(({ purpose, shape }) => draw(purpose, shape));
    try {
      return this.#replay(backend, this.#graph, idsFor(this.#graph, backend, inputs, drawn));
    } catch {
      // Numbers that an op refuses, say; run eagerly, it names itself.
      this.#restart();
      let place = 0;
      return this.#record(backend, inputs, (...request) => drawn[place++] ?? draw(...request));
    }
  }

  /** Frees graph and session; a later call records anew. */
  dispose(): void {
    this.#session?.dispose();
    this.#session = undefined;
    this.#graph = undefined;
  }

  /**
   * Runs eagerly to see what the step does now. The results are the graph's even so: TensorFlow computes some ops, such
   * as Softmax, to another last bit in a graph, and a run that is cut and resumed should not feel where it was cut.
   */
  #record(backend: RecordableBackend, inputs: Inputs, draw: Draw): Outputs {
    const { outputs, recording } = record(backend, this.#step, inputs, draw);
    if (recording.newVariables.length > 0) {
      this.#calls = 0;
      return outputs;
    }
    const graph = toGraph(recording);
    const reason = recording.problem ?? (this.#graph && firstDifference(this.#graph, graph));
    if (reason !== undefined) {
      this.#refuse(reason);
      return outputs;
    }
    try {
      this.#session ??= new GraphSession(graph, backend.binding);
      this.#graph = graph;
      return this.#replay(
        backend,
        graph,
        graph.inputs.map(({ id }) => id),
      );
    } catch (error) {
      this.#refuse(`TensorFlow cannot run it as a graph (${(error as Error).message.replace(/\s+/g, ' ')})`);
      return outputs;
    }
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

  #restart(): void {
    this.dispose();
    this.#calls = 1;
  }

  /** Whether the owner of a tensor that the graph takes has disposed it, mostly to put another in its place. */
  #lostTensor(graph: Graph, { binding }: RecordableBackend): boolean {
    return graph.inputs.some(({ source }) => source.kind === 'captured' && !isAlive(binding, source.id));
  }

  #refuse(reason: string): void {
    this.#refused = true;
    this.dispose();
    this.#onRefused(reason);
  }
}

/** The second call, and ever fewer later ones: what the host decides differently by then is seen. */
function isCheckpoint(call: number): boolean {
  return Number.isInteger(Math.log2(call));
}

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
