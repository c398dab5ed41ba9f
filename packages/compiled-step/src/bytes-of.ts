import type { HostValues } from './recordable-backend.js';

/** The memory of a typed array. */
export function bytesOf({ buffer, byteOffset, byteLength }: HostValues): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
