import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { OpAttribute } from '@evenkeel/tensorflow-node/backend';
import { COLLECTIVE_OPS } from './collective-ops.js';
import type { DeferredOps } from './deferred-ops.js';
import { isPromise } from './promises.js';
import type { Operand } from './promises.js';
import { assignHandle, handleOf, underOwnHandle } from './recordable-backend.js';
import type { Binding, Handle, RecordableBackend } from './recordable-backend.js';
import type { Constant, DrawRequest, Outside, RecordedOp, Recording, Source } from './recording.js';
import type { Draw } from './step.js';

/** Whether a step is being recorded right now. */
export function isRecording({ binding }: RecordableBackend): boolean {
  return listening.has(binding);
}

/** The bindings that write down what is called. */
const listening = new WeakSet<Binding>();

/** Ops that draw by themselves: replayed, they would not continue TensorFlow's sequence. */
const RANDOM = new Set(['Multinomial']);

/** What tfjs-node leaves to TensorFlow to infer, which graphs do not do: the attribute with the type of the output. */
const UNSAID_TYPE: ReadonlyMap<string, string> = new Map([['ExpandDims', 'T']]);

/** Writes down what a step does, between `start` and `stop`. */
export class Recorder {
  readonly #backend: RecordableBackend;
  readonly #binding: Binding;
  readonly #listening: Binding;
  readonly #before = new Map<Variable, number>();
  /** The first values of variables that the step makes. */
  readonly #born = new Map<Variable, number>();
  readonly #ops: RecordedOp[] = [];
  /** What made a handle, in words. */
  readonly #makers = new Map<number, string>();
  readonly #constants = new Map<number, Constant>();
  readonly #outside = new Map<number, Outside>();
  readonly #draws: DrawRequest[] = [];
  readonly #kept: Tensor[] = [];
  readonly #deleted = new Set<number>();
  readonly #reads: number[] = [];
  readonly #deferred: DeferredOps;
  /** What is known of every handle that an op may take. */
  readonly #operands = new Map<number, Operand>();
  #problem: string | undefined;
  #undo: () => void = () => undefined;

  constructor(backend: RecordableBackend, deferred: DeferredOps) {
    this.#backend = backend;
    this.#binding = backend.binding;
    this.#deferred = deferred;
    this.#listening = this.#listen();
    for (const variable of registeredVariables()) {
      if (backend.refCount(variable.dataId) > 1) giveOwnHandle(backend, variable);
      tf.clone(variable);
      const id = handleOf(backend, variable);
      this.#before.set(variable, id);
      this.#addOutside(id, { kind: 'variable', variable }, `the variable '${variable.name}'`);
    }
  }

  /** The input under its own handle, so that it is known wherever it turns up. */
  input(name: string, tensor: Tensor): Tensor {
    const alias = underOwnHandle(this.#backend, tensor);
    this.#addOutside(handleOf(this.#backend, alias), { kind: 'input', name }, `the input '${name}'`);
    return alias;
  }

  /** Draws, which is no part of the step. */
  draw(draw: Draw, ...[purpose, shape, options]: Parameters<Draw>): Tensor {
    this.stop();
    try {
      const drawn = this.#deferred.lend(registeredVariables(), () => draw(purpose, shape, options));
      const alias = tf.keep(underOwnHandle(this.#backend, drawn));
      this.#kept.push(alias);
      const source: Source = { kind: 'draw', place: this.#draws.length };
      this.#addOutside(handleOf(this.#backend, alias), source, `the draw '${purpose}'`);
      this.#draws.push({ purpose, shape: [...shape], ...options });
      return alias;
    } finally {
      this.start();
    }
  }

  start(): void {
    const backend = this.#backend;
    const engine = tf.engine();
    const createOutputTensor: RecordableBackend['createOutputTensor'] = (handle) => {
      const tensor = restore.createOutputTensor.call(backend, handle);
      this.#deferred.hold(handle.id, tensor.dataId);
      return tensor;
    };
    const makeVariable: typeof engine.makeVariable = (...of) => {
      const variable = restore.makeVariable.apply(engine, of);
      this.#kept.push(tf.keep(tf.clone(variable)));
      this.#born.set(variable, handleOf(backend, variable));
      return variable;
    };
    const restore = { createOutputTensor: backend.createOutputTensor, makeVariable: engine.makeVariable };
    const undo = [override(backend, { createOutputTensor }), override(engine, { makeVariable })];
    backend.binding = this.#listening;
    this.#undo = () => undo.forEach((each) => each());
  }

  stop(): void {
    this.#backend.binding = this.#binding;
    this.#undo();
    this.#undo = () => undefined;
  }

  /** What outlived the scope of the step goes to that of the caller. */
  handOver(): void {
    for (const tensor of this.#kept) {
      tf.clone(tensor);
      tensor.dispose();
    }
  }

  /** Gives variables whose new values were not computed those from before, or the first that they had. */
  takeBack(): void {
    for (const variable of registeredVariables()) {
      if (!isPromise(handleOf(this.#backend, variable))) continue;
      const before = this.#before.get(variable) ?? this.#firstOf(variable);
      if (before === undefined) variable.dispose();
      else assignHandle(this.#backend, variable, before);
    }
  }

  /** Nothing where it cannot be computed. */
  #firstOf(variable: Variable): number | undefined {
    try {
      return this.#deferred.withValues([this.#born.get(variable)!])[0];
    } catch {
      return undefined;
    }
  }

  finish(results: NamedTensorMap): Recording {
    const outputs = Object.entries(results).map(([name, tensor]) => [name, this.#idOf(tensor)] as const);
    const variables = registeredVariables().map((variable) => [variable, this.#idOf(variable)] as const);
    const updates = variables.filter(([variable, id]) => this.#before.get(variable) !== id);
    const ends = new Set([...outputs, ...updates].map(([, id]) => id));
    for (const id of this.#constants.keys()) {
      // Its tensor outlives the step without being a result: it is somebody else's, uploaded just now.
      if (!this.#deleted.has(id) && !ends.has(id)) this.#addCaptured(id);
    }
    if (this.#reads.length > 0) {
      this.#problem ??= `it reads ${this.#makers.get(this.#reads[0])} on the host`;
    }
    return {
      ops: this.#ops,
      constants: this.#constants,
      outside: this.#outside,
      draws: this.#draws,
      outputs,
      updates,
      newVariables: updates.map(([variable]) => variable).filter((variable) => !this.#before.has(variable)),
      problem: this.#problem,
      reduces: this.#ops.some(({ name }) => COLLECTIVE_OPS.has(name)),
    };
  }

  #idOf(tensor: Tensor): number {
    const id = handleOf(this.#backend, tensor);
    this.#meet(id);
    return id;
  }

  #addOutside(id: number, source: Source, maker: string): void {
    const handle = { ...describe(this.#binding, id), id };
    this.#outside.set(id, { ...handle, source });
    this.#know(handle, maker);
  }

  #know(operand: Operand, maker: string): void {
    this.#operands.set(operand.id, operand);
    this.#makers.set(operand.id, maker);
  }

  #addCaptured(id: number): void {
    this.#constants.delete(id);
    this.#addOutside(id, { kind: 'captured', id }, 'a tensor from outside the step');
  }

  /** A handle that nothing in the recording made was there before. */
  #meet(id: number): void {
    if (!this.#makers.has(id)) this.#addCaptured(id);
  }

  /** The binding, with an ear on what the step calls. */
  #listen(): Binding {
    const binding = this.#binding;
    const overrides: Partial<Binding> = {
      executeOp: (name, attributes, inputs, count) => {
        inputs.forEach((id) => this.#meet(id));
        // tfjs-node looks at the indices on the host before it gathers; TensorFlow's op checks them by itself.
        if (name === 'GatherV2') this.#forgiveRead(inputs[1]);
        if (RANDOM.has(name)) this.#problem ??= `'${name}' draws random numbers by itself`;
        const said = attributes.map(copyOf);
        const operands = inputs.map((id) => this.#operands.get(id)!);
        const outputs = this.#deferred.next(name, [...said], operands, count);
        const unsaid = UNSAID_TYPE.get(name);
        if (unsaid) said.push({ name: unsaid, type: binding.TF_ATTR_TYPE, value: outputs[0].dtype });
        this.#ops.push({ name, attributes: said, inputs: [...inputs], outputs });
        for (const handle of outputs) this.#know(handle, `what '${name}' gives`);
        return [...outputs];
      },
      createTensor: (shape, dtype, values) => {
        if (dtype === binding.TF_STRING) this.#problem ??= 'it makes a tensor of strings';
        const id = binding.createTensor(shape, dtype, values);
        const constant = { dtype, shape: [...shape], values: values.slice() };
        this.#constants.set(id, constant);
        this.#know({ id, ...constant }, 'a constant');
        return id;
      },
      deleteTensor: (id) => {
        this.#deleted.add(id);
        this.#deferred.delete(id);
      },
      tensorDataSync: (id) => {
        this.#meet(id);
        if (!this.#constants.has(id)) this.#reads.push(id);
        return this.#deferred.valuesOf(id);
      },
      runSavedModel: (...call) => {
        this.#problem ??= 'it runs a saved model';
        const [model, inputs, ...names] = call;
        return binding.runSavedModel(model, this.#deferred.withValues(inputs), ...names);
      },
    };
    // The binding's own properties are read-only: they can be hidden, not replaced.
    const listener = Object.setPrototypeOf(overrides, binding) as Binding;
    listening.add(listener);
    return listener;
  }

  #forgiveRead(id: number): void {
    const at = this.#reads.indexOf(id);
    if (at >= 0) this.#reads.splice(at, 1);
  }
}

/** Puts methods of an object out of the way; what is returned puts them back. */
function override<Methods extends object>(object: Methods, by: Partial<Methods>): () => void {
  const own = Object.getOwnPropertyDescriptors(object);
  Object.assign(object, by);
  return () => {
    for (const name of Object.keys(by)) {
      Reflect.deleteProperty(object, name);
      const before = own[name as keyof typeof own] as PropertyDescriptor | undefined;
      if (before) Object.defineProperty(object, name, before);
    }
  };
}

/** Kernels may use their lists again. */
function copyOf({ name, type, value }: OpAttribute): OpAttribute {
  return { name, type, value: Array.isArray(value) ? [...(value as unknown[])] : value };
}

function registeredVariables(): Variable[] {
  return Object.values(tf.engine().state.registeredVariables);
}

/** tfjs lets tensors share a handle; a variable that does could not be told from them. */
function giveOwnHandle(backend: RecordableBackend, variable: Variable): void {
  const own = underOwnHandle(backend, variable);
  variable.assign(own);
  own.dispose();
}

function describe(binding: Binding, id: number): Handle {
  const [same] = binding.executeOp('Identity', [], [id], 1);
  binding.deleteTensor(same.id);
  return same;
}
