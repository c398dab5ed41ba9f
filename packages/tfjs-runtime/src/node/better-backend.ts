import { existsSync } from 'node:fs';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import type { NativeVariant } from '@evenkeel/tensorflow-node';

/** What to do for a faster backend than `name`, as a sentence; none where there is nothing to do. */
export async function betterBackend(name: string): Promise<readonly string[]> {
  if (name === 'native-gpu') return [];
  const gpu = existsSync('/proc/driver/nvidia/version');
  const variant: NativeVariant = gpu ? 'native-gpu' : 'native';
  const { canSetUp, ready, lacksOps, missing, impossible } = await nativeStatus(variant);
  if (name === variant && lacksOps) return [`Faster: run \`npx evenkeel setup ${variant}\` again.`];
  if (ready) return [];
  const setup = `npx evenkeel setup ${variant}`;
  if (canSetUp) return [`Faster: run \`${setup}\` once.`];
  if (impossible !== undefined) return [];
  const first = missing.map(({ fix }) => `\`${fix}\``).join(', ');
  return [`Faster: run ${first}, then \`${setup}\` once.`];
}
