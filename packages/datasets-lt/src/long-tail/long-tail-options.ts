import type { ClassDataset, DatasetDefinition, ShotGroup } from '@evenkeel/trainer-core';
import type { OnProgress } from '../files/progress.js';
import type { AugmentOption } from '../images/augmentation.js';

/** How the counts fall from the first class to the last; `balanced` leaves every class whole. */
export type Profile = 'exponential' | 'step' | 'balanced';

/** What every long-tailed data set of this package understands; all of it is optional. */
export interface LongTailOptions {
  /** Largest class / smallest class; default 100; without meaning for `profile: 'balanced'`. */
  readonly imbalance?: number;
  /** Default `exponential`. */
  readonly profile?: Profile;
  /** Chooses which images of every class are in; an integer in 0 .. 2^32 - 1, default 0, the field's. */
  readonly seed?: number;
  /** At most this many training images, for a quick look: the profile's shape scaled down, at least one per class. */
  readonly limit?: number;
  /** Default `true`: the data set's own augmentation of training images. */
  readonly augment?: AugmentOption;
  /**
   * Split off the chosen training images, and counted apart from them: a fraction in (0, 1) of every class (rounded, at
   * least one of a class that has two), or a whole number per class. Default: none.
   */
  readonly validation?: number;
  /**
   * How classes are told many, medium and few: by `shotGroups` (`thresholds`), by `shotGroupsByRank` (`rank`), or a list.
   * Default: `rank` for sets of ten classes, `thresholds` for CIFAR-100. Taken from the profile before `limit` and
   * `validation`, so that the same classes are compared.
   */
  readonly shots?: 'thresholds' | 'rank' | readonly ShotGroup[];
  /** Folder with the official files; the cache and the network are left alone then. */
  readonly dataDir?: string;
  /** Told about downloads and preparations. */
  readonly onProgress?: OnProgress;
}

/** A data set with what a reader of its numbers should know. */
export interface LongTailDataset extends ClassDataset {
  /** Whether the files hold every official image. */
  readonly complete: boolean;
  /** Sentences to print beside results, such as that half of the test images were missing; often empty. */
  readonly notes: readonly string[];
}

/** A long-tailed data set still to be read. */
export interface LongTailDefinition extends DatasetDefinition<ClassDataset> {
  /** Training examples of every class as they will be after `load`, `[classes]`. */
  readonly classCounts: readonly number[];
  load(): Promise<LongTailDataset>;
}
