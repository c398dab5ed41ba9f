import { defineOptions, flag, func, having, oneOf, text } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { errors } from '../errors.js';
import type { NativeVariant } from '../find/native-variant.js';
import type { OnSetupProgress } from './setup-progress.js';
import { TENSORFLOW_VERSION } from '../wheel/tensorflow-wheel.js';

/** How native is set up. */
export interface SetupNativeOptions {
  /** `native` by default. */
  readonly variant?: NativeVariant;
  /** A wheel that is at hand, instead of a download. */
  readonly wheel?: string;
  /** Address of a package index to download from; the one that pip is told by default. */
  readonly index?: string;
  /** Version of TensorFlow; `2.21.0` by default. */
  readonly tensorflowVersion?: string;
  /** Digest that the wheel must have, instead of the one known for its version. */
  readonly sha256?: string;
  /** Accepts a wheel of which no digest is known; false by default. */
  readonly allowUnverified?: boolean;
  /** For `native-gpu`: relies on an installed CUDA 12 and cuDNN 9 instead of fetching them; false by default. */
  readonly systemCuda?: boolean;
  /** Builds again what is built; false by default. */
  readonly force?: boolean;
  /** Keeps the downloaded wheel in the folder of the build; false by default. */
  readonly keepWheel?: boolean;
  /** The project whose tfjs-node is built; the working folder by default. */
  readonly project?: string;
  /** Stops the work; what is finished of it stays and is used the next time. */
  readonly signal?: AbortSignal;
  readonly onProgress?: OnSetupProgress;
}

/** The options of `setupNative`. */
export const setupNativeOptions = defineOptions('setupNative', errors.OPTION_INVALID, {
  variant: oneOf('native', 'native-gpu').default('native'),
  wheel: text('a path').optional('downloaded'),
  index: text('an address').optional('the one of pip'),
  tensorflowVersion: text('a version').optional(TENSORFLOW_VERSION),
  sha256: text('a digest').optional('pinned'),
  allowUnverified: flag().default(false),
  systemCuda: flag().default(false),
  force: flag().default(false),
  keepWheel: flag().default(false),
  project: text('a path').optional('the working folder'),
  signal: having<AbortSignal>('an AbortSignal', 'aborted', 'addEventListener').optional(),
  onProgress: func<OnSetupProgress>().optional(),
} satisfies SpecOf<SetupNativeOptions>);
