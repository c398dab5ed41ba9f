/** The two builds of TensorFlow that Node can run on. */
export type NativeVariant = 'native' | 'native-gpu';

/** The npm package whose JavaScript drives a variant. */
export const NATIVE_PACKAGES: Readonly<Record<NativeVariant, string>> = {
  native: '@tensorflow/tfjs-node',
  'native-gpu': '@tensorflow/tfjs-node-gpu',
};
