import type { BatchStart, MetricValues, Persistent, StateValue } from '@evenkeel/trainer-core';

/** Batches at the beginning of an epoch that are kept one by one. */
export const FIRST_BATCHES = 48;
/** Classes up to which they are. */
const MOST_CLASSES = 200;

/** What the batches of one tag held so far in an epoch. */
interface Tally {
  batches: number;
  /** Images by class, `[classes]`; empty where the task has no classes. */
  drawn: number[];
}

/** One batch: images by class, `[classes]`. */
interface First {
  readonly tag: string;
  readonly counts: readonly number[];
}

/**
 * Counts, within an epoch, the batches of every tag and the images of every class in them; part of checkpoints, so that a run
 * resumed in mid-epoch has the counts of the whole epoch.
 */
export class BatchTally implements Persistent {
  readonly version = 1;
  /** What is counted of a run changes no number of it. */
  readonly optional = true;
  #tags = new Map<string, Tally>();
  #first: First[] = [];

  add({ tag, classCounts = [] }: BatchStart): void {
    const tally = this.#tags.get(tag) ?? { batches: 0, drawn: new Array<number>(classCounts.length).fill(0) };
    this.#tags.set(tag, tally);
    tally.batches++;
    classCounts.forEach((count, label) => (tally.drawn[label] += count));
    const few = classCounts.length > 0 && classCounts.length <= MOST_CLASSES;
    if (few && this.#first.length < FIRST_BATCHES) this.#first.push({ tag, counts: [...classCounts] });
  }

  /**
   * The epoch's counts: `batches.TAG` and, by class, `drawn.TAG`; `firstBatches`, the images by class of its first batches, one
   * batch after the other, and `firstTags`, their tags as places in the alphabet of the epoch's tags. The next epoch begins at 0.
   */
  take(): MetricValues {
    const tags = [...this.#tags];
    const batches = tags.map(([tag, tally]) => [`batches.${tag}`, tally.batches]);
    const drawn = tags.flatMap(([tag, tally]) =>
      tally.drawn.length > 0 ? [[`drawn.${tag}`, tally.drawn]] : [],
    );
    const first = this.#first.length > 0 ? this.#firstValues() : [];
    this.#tags = new Map();
    this.#first = [];
    return Object.fromEntries([...batches, ...drawn, ...first]) as MetricValues;
  }

  #firstValues(): [string, number[]][] {
    const tags = [...this.#tags.keys()].sort();
    return [
      ['firstBatches', this.#first.flatMap(({ counts }) => counts)],
      ['firstTags', this.#first.map(({ tag }) => tags.indexOf(tag))],
    ];
  }

  save(): StateValue {
    const tags = Array.from(this.#tags, ([tag, { batches, drawn }]) => ({ tag, batches, drawn: [...drawn] }));
    return { tags, first: this.#first.map(({ tag, counts }) => ({ tag, counts: [...counts] })) };
  }

  load(state: StateValue): void {
    if (!isSaved(state)) throw new Error('expected { tags, first }, the counts of an epoch');
    this.#tags = new Map(
      state.tags.map(({ tag, batches, drawn }) => [tag, { batches, drawn: [...drawn] }] as const),
    );
    this.#first = state.first.map(({ tag, counts }) => ({ tag, counts: [...counts] }));
  }
}

interface Saved {
  readonly tags: readonly {
    readonly tag: string;
    readonly batches: number;
    readonly drawn: readonly number[];
  }[];
  readonly first: readonly First[];
}

function isSaved(state: unknown): state is Saved {
  const { tags, first } = (state ?? {}) as Partial<Record<keyof Saved, unknown>>;
  return Array.isArray(tags) && tags.every(isTag) && Array.isArray(first) && first.every(isFirst);
}

function isTag(value: unknown): boolean {
  const { tag, batches, drawn } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof tag === 'string' && typeof batches === 'number' && isCounts(drawn);
}

function isFirst(value: unknown): boolean {
  const { tag, counts } = (value ?? {}) as Partial<Record<keyof First, unknown>>;
  return typeof tag === 'string' && isCounts(counts);
}

function isCounts(value: unknown): boolean {
  return Array.isArray(value) && value.every((count) => typeof count === 'number');
}
