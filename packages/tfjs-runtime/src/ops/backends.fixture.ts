import { findTfjsNode } from '../node/find-tfjs-node.js';
import { findNativeBuild } from '../node/native-folder.js';
import type { BackendName } from '../node/use-backend.js';

const tfjsNode = findTfjsNode('native');
const nativeReady = tfjsNode !== undefined && findNativeBuild('native', tfjsNode.version) !== undefined;

/** The backends that an op is tried on; `native` only where it is set up, and its title says so. */
export const BACKENDS: readonly {
  readonly name: BackendName;
  readonly title: string;
  readonly ready: boolean;
}[] = [
  { name: 'cpu', title: 'cpu', ready: true },
  { name: 'wasm', title: 'wasm', ready: true },
  {
    name: 'native',
    title: nativeReady ? 'native' : 'native, skipped: run `npx evenkeel-runtime setup native` to try it',
    ready: nativeReady,
  },
];
