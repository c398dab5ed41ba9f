import { nativeStatus } from '@evenkeel/tensorflow-node';
import type { BackendName } from '../node/backend-names.js';

const { ready: nativeReady } = await nativeStatus();

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
    title: nativeReady ? 'native' : 'native, skipped: run `npx evenkeel setup native` to try it',
    ready: nativeReady,
  },
];
