/** Where a CIFAR set keeps what, in the official binary version (Krizhevsky, 2009). */
export interface CifarLayout {
  readonly title: string;
  /** The archive's folder. */
  readonly folder: string;
  readonly trainFiles: readonly string[];
  readonly testFiles: readonly string[];
  /** Records in each training file and each test file. */
  readonly trainRecords: number;
  readonly testRecords: number;
  readonly classes: number;
  /** Label bytes before the pixels; the last of them is the class. */
  readonly labelBytes: number;
  readonly url: string;
  readonly md5: string;
}

/** Rows and columns of an image. */
export const SIDE = 32;
/** Pixels of one colour plane. */
export const PLANE: number = SIDE * SIDE;
/** Bytes of an image: the red, the green, the blue plane. */
export const IMAGE_BYTES: number = 3 * PLANE;

/** CIFAR-10: five training files of 10,000 images. */
export const CIFAR10: CifarLayout = {
  title: 'cifar-10',
  folder: 'cifar-10-batches-bin',
  trainFiles: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  testFiles: ['test_batch.bin'],
  trainRecords: 10_000,
  testRecords: 10_000,
  classes: 10,
  labelBytes: 1,
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

/** CIFAR-100: one training file of 50,000 images; a coarse and a fine label each, of which the fine one is the class. */
export const CIFAR100: CifarLayout = {
  title: 'cifar-100',
  folder: 'cifar-100-binary',
  trainFiles: ['train.bin'],
  testFiles: ['test.bin'],
  trainRecords: 50_000,
  testRecords: 10_000,
  classes: 100,
  labelBytes: 2,
  url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  md5: '03b5dce01913d631647c71ecec9e9cb8',
};
