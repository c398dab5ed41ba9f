import { EpochSeries } from './epoch-series.js';
import type { NumberList } from './number-list.js';
import { rounded } from './number-list.js';
import { packList } from './pictures.js';
import { isNumber, isNumbers, isTexts } from './run-line.js';
import type { RunLine } from './run-line.js';
import { Snapshots } from './snapshots.js';
import type { Snapshot } from './snapshots.js';
import { StepSeries } from './step-series.js';
import type { Columns } from './step-series.js';

/** What is known of a run at its beginning. */
export interface RunFacts {
  /** Epochs of the whole run. */
  readonly epochs?: number;
  /** Batches of the whole run. */
  readonly batches?: number;
  readonly batchSize?: number;
  /** Name of the data set. */
  readonly data?: string;
  readonly classNames?: readonly string[];
  /** Training examples per class. */
  readonly classCounts?: readonly number[];
  /** `many`, `medium` or `few` per class. */
  readonly shotGroups?: readonly string[];
}

/** Where a run stands; `unknown` for one whose file does not say. */
export interface RunState {
  readonly phase: 'unknown' | 'running' | 'done' | 'stopped' | 'failed';
  /** Why it stopped or failed. */
  readonly reason?: string;
  /** Steps done. */
  readonly step?: number;
  /** What the run does at this moment, in words. */
  readonly doing?: string;
  /** Seconds left, as far as one can tell. */
  readonly secondsLeft?: number;
}

/** A run as pages carry it: plain data. */
export interface PackedRun {
  readonly name: string;
  readonly facts: RunFacts;
  readonly state: RunState;
  readonly notes: readonly string[];
  readonly steps: readonly { readonly tag: string; readonly stride: number; readonly columns: Columns }[];
  readonly scalars: Readonly<
    Record<string, { readonly epochs: readonly number[]; readonly values: Columns[string] }>
  >;
  readonly lists: Readonly<Record<string, readonly Snapshot<NumberList>[]>>;
}

/** Snapshots of a list that are kept: many of short lists, fewer of pictures. */
const MOST_SHORT = 60;
const MOST_LONG = 40;
const SHORT = 256;

/** All that a page draws of a run, built line by line, with bounded memory. */
export class RunRecord {
  readonly name: string;
  facts: RunFacts = {};
  state: RunState = { phase: 'unknown' };
  /** What was left out of its file, and why. */
  readonly notes: string[] = [];
  /** Numbers of steps, by tag. */
  readonly steps = new Map<string, StepSeries>();
  /** Numbers over epochs, by name. */
  readonly scalars = new Map<string, EpochSeries>();
  /** Lists at the end of epochs, by name. */
  readonly lists = new Map<string, Snapshots<NumberList>>();

  constructor(name: string) {
    this.name = name;
  }

  /** A run as `pack` gave it. */
  static from({ name, facts, state, notes, steps, scalars, lists }: PackedRun): RunRecord {
    const run = new RunRecord(name);
    run.facts = facts;
    run.state = state;
    run.notes.push(...notes);
    for (const { tag, stride, columns } of steps) run.steps.set(tag, StepSeries.from(columns, stride));
    for (const [key, { epochs, values }] of Object.entries(scalars)) {
      run.scalars.set(key, EpochSeries.from(epochs, values));
    }
    for (const [key, snapshots] of Object.entries(lists)) {
      // What was thinned once is not thinned again.
      const kept = new Snapshots<NumberList>(Math.max(MOST_SHORT, 2 * snapshots.length));
      for (const { epoch, value } of snapshots) kept.add(epoch, value);
      run.lists.set(key, kept);
    }
    return run;
  }

  /** Takes in one line; fields that are no numbers or lists of numbers are passed over. */
  apply(line: RunLine): void {
    const { type, epoch } = line;
    if (type === 'fit') this.facts = { ...this.facts, ...factsIn(line) };
    else if (type === 'state') this.state = { ...this.state, ...stateIn(line) };
    else if (type === 'step') this.#step(line);
    else if (type === 'epoch') this.#values(epoch, line, '');
    else if (type === 'inspection') this.#values(epoch, fieldsOf(line.values), prefixOf(line.name));
  }

  /** Forgets what came after a checkpoint: steps from `step` (done before it) and epochs from `epoch` on. */
  rewind(epoch: number, step: number): void {
    for (const series of this.steps.values()) series.rewind(step + 1);
    for (const series of this.scalars.values()) series.rewind(epoch);
    for (const snapshots of this.lists.values()) snapshots.rewind(epoch);
  }

  /** Epochs of which something is known. */
  get epochs(): number {
    const last = Math.max(-1, ...Array.from(this.scalars.values(), ({ epochs }) => epochs.at(-1) ?? -1));
    return last + 1;
  }

  /** The run as plain data for a page. */
  pack(): PackedRun {
    const { name, facts, state, notes } = this;
    return {
      name,
      facts,
      state,
      notes,
      steps: Array.from(this.steps, ([tag, series]) => ({
        tag,
        stride: series.stride,
        columns: series.columns(),
      })),
      scalars: Object.fromEntries(
        Array.from(this.scalars, ([key, { epochs, values }]) => [
          key,
          { epochs, values: values.map((value) => rounded(value, 6)) },
        ]),
      ),
      lists: Object.fromEntries(Array.from(this.lists, ([key, snapshots]) => [key, snapshots.all()])),
    };
  }

  #step({ step, tag, loss, learningRate, logged }: RunLine): void {
    if (typeof step !== 'number' || !isNumber(loss)) return;
    const key = typeof tag === 'string' ? tag : 'base';
    const series = this.steps.get(key) ?? new StepSeries();
    this.steps.set(key, series);
    const numbers = Object.entries(fieldsOf(logged)).flatMap(([field, value]) =>
      isNumber(value) ? [[field, value] as const] : [],
    );
    const rate = isNumber(learningRate) ? learningRate : null;
    series.add(step, { ...Object.fromEntries(numbers), learningRate: rate, loss });
  }

  #values(epoch: number, fields: Readonly<Record<string, unknown>>, prefix: string): void {
    for (const [field, value] of Object.entries(fields)) {
      if (OWN_FIELDS.has(field) && prefix === '') continue;
      const key = prefix + field;
      if (isNumber(value)) this.#scalar(key).add(epoch, value);
      else if (isNumbers(value)) this.#list(key, value.length).add(epoch, packList(key, value));
      else if (field === 'logged') this.#values(epoch, fieldsOf(value), 'logged.');
    }
  }

  #scalar(key: string): EpochSeries {
    const series = this.scalars.get(key) ?? new EpochSeries();
    this.scalars.set(key, series);
    return series;
  }

  #list(key: string, length: number): Snapshots<NumberList> {
    const kept = this.lists.get(key) ?? new Snapshots<NumberList>(length > SHORT ? MOST_LONG : MOST_SHORT);
    this.lists.set(key, kept);
    return kept;
  }
}

/** Fields of a line that say where it belongs. */
const OWN_FIELDS = new Set(['type', 'epoch', 'step', 'seconds', 'name']);

/** What `diagnostics` found goes by its own names, the findings of others by `NAME.FIELD`. */
function prefixOf(name: unknown): string {
  if (typeof name !== 'string') return 'nameless.';
  return name === 'diagnostics' ? '' : `${name}.`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function factsIn(line: RunLine): RunFacts {
  const { data, classNames, classCounts, shotGroups } = line;
  const counts = ['epochs', 'batches', 'batchSize'].flatMap((key) =>
    typeof line[key] === 'number' ? [[key, line[key]] as const] : [],
  );
  return {
    ...Object.fromEntries(counts),
    ...(typeof data === 'string' && { data }),
    ...(isTexts(classNames) && { classNames }),
    ...(isNumbers(classCounts) && { classCounts: classCounts.map((count) => count ?? 0) }),
    ...(isTexts(shotGroups) && { shotGroups }),
  };
}

const PHASES: readonly unknown[] = ['running', 'done', 'stopped', 'failed'];

function stateIn({ phase, reason, step, doing, secondsLeft }: RunLine): Partial<RunState> {
  return {
    ...(PHASES.includes(phase) && { phase: phase as RunState['phase'] }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof step === 'number' && { step }),
    ...(typeof doing === 'string' && { doing }),
    ...(typeof secondsLeft === 'number' && { secondsLeft }),
  };
}
