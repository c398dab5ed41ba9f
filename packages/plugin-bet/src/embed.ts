import { createRandom, planFromFunction, warn } from '@evenkeel/trainer-core';
import type { BatchPlan, EpochPlan, Sampler, SamplerDefinition } from '@evenkeel/trainer-core';
import { embeddedPlaces } from './embedding-schedule.js';
import type { EmbeddingSchedule } from './embedding-schedule.js';
import { errors } from './errors.js';

/** The tag of embedded batches. */
export const EMBEDDED = 'embedded';

/**
 * The base sampler with batches of the balanced one embedded: base batches in the order of the base plan, embedded ones
 * in the order of the balanced plan and tagged `embedded`. `classPrior('embedded', epoch)` is the balanced sampler's,
 * any other tag's the base sampler's. Building throws `BET_TAG_TAKEN` or `BET_SEVERAL_TAGS`.
 */
export function embed(
  base: SamplerDefinition,
  balanced: SamplerDefinition,
  schedule: EmbeddingSchedule,
): SamplerDefinition {
  const name = `${base.name} with ${balanced.name} embedded`;
  return {
    name,
    settings: { ...schedule },
    build(context) {
      const sampler = new EmbeddedSampler(name, base.build(context), balanced.build(context), schedule);
      sampler.tellNothingEmbedded(context.epochs);
      return sampler;
    },
  };
}

class EmbeddedSampler implements Sampler {
  readonly name: string;
  readonly tags: readonly string[];
  readonly #base: Sampler;
  readonly #balanced: Sampler;
  readonly #schedule: EmbeddingSchedule;

  constructor(name: string, base: Sampler, balanced: Sampler, schedule: EmbeddingSchedule) {
    if (base.tags.includes(EMBEDDED)) throw errors.TAG_TAKEN({ sampler: base.name });
    if (balanced.tags.length !== 1)
      throw errors.SEVERAL_TAGS({ sampler: balanced.name, tags: balanced.tags });
    this.name = name;
    this.tags = [...base.tags, EMBEDDED];
    this.#base = base;
    this.#balanced = balanced;
    this.#schedule = schedule;
  }

  /** Says so when no epoch of the run has a place for a burst, unless the schedule says never. */
  tellNothingEmbedded(epochs: number): void {
    const { every, from, until } = this.#schedule;
    if (epochs === 0 || every === Infinity || from === until) return;
    let longest = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const places = this.#places(epoch);
      if (places.includes(1)) return;
      longest = Math.max(longest, places.length);
    }
    warn(nothingEmbedded(this.#schedule, epochs, longest));
  }

  batchesIn(epoch: number): number {
    return this.#places(epoch).length;
  }

  plan(seed: number, epoch: number): EpochPlan {
    const places = this.#places(epoch);
    const base = this.#base.plan(seed, epoch);
    const ordinals = ordinalsOf(places);
    const embedded = this.#embeddedBatches(seed, epoch);
    return planFromFunction(places.length, (place) =>
      places[place] === 1 ? embedded(ordinals[place]) : base.batch(ordinals[place]),
    );
  }

  classPrior(tag: string, epoch: number): Float64Array {
    if (tag !== EMBEDDED) return this.#base.classPrior(tag, epoch);
    return this.#balanced.classPrior(this.#balanced.tags[0], epoch);
  }

  #places(epoch: number): Uint8Array {
    return embeddedPlaces(this.#schedule, this.#base.batchesIn(epoch), epoch);
  }

  /** The embedded batches: as many plans of the balanced sampler as are asked for, one after the other. */
  #embeddedBatches(seed: number, epoch: number): (ordinal: number) => BatchPlan {
    const perPlan = this.#balanced.batchesIn(epoch);
    const plans: EpochPlan[] = [];
    return (ordinal) => {
      const round = Math.floor(ordinal / perPlan);
      // A separate seed per plan: the balanced batches must not repeat those of a base sampler of the same kind.
      plans[round] ??= this.#balanced.plan(createRandom(seed, 'bet', round).uint32(), epoch);
      return { tag: EMBEDDED, indices: plans[round].batch(ordinal % perPlan).indices };
    };
  }
}

/** For every place, how many places of its kind lie before it. */
function ordinalsOf(places: Uint8Array): Int32Array {
  const ordinals = new Int32Array(places.length);
  const next = [0, 0];
  for (let place = 0; place < places.length; place++) ordinals[place] = next[places[place]]++;
  return ordinals;
}

function nothingEmbedded({ every, from }: EmbeddingSchedule, epochs: number, longest: number): string {
  return (
    `bet: no balanced batch is embedded in this run, since one comes after ${every} base batches ('every'), from epoch ${from} on ('from'), and ` +
    `its ${epochs} epochs have at most ${longest} batches. Lower 'every' or 'from', or take longer epochs or smaller batches.`
  );
}
