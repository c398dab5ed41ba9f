import type { Accuracy, Settings } from './train.js';

/** What the page asks of the worker: the only message it sends. */
export interface Start {
  readonly settings: Settings;
  /** Where the images are. */
  readonly images: string;
}

/** What the worker tells the page. */
export type News =
  | { readonly type: 'ready'; readonly data: string; readonly threads: number; readonly simd: boolean }
  | {
      readonly type: 'step';
      /** Steps done so far. */
      readonly done: number;
      readonly steps: number;
      readonly loss: number;
      readonly imagesPerSecond: number;
    }
  | { readonly type: 'evaluation'; readonly done: number; readonly examples: number }
  | { readonly type: 'done'; readonly accuracy: Accuracy }
  | { readonly type: 'failed'; readonly reason: string };
