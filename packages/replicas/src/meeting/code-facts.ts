import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TENSORFLOW_VERSION } from '@evenkeel/tensorflow-node';
import manifest from '../../package.json' with { type: 'json' };

/**
 * What has to be the same in every process before any data is read: versions, and a digest of the script that was started.
 * `tensorflow` is the version in use.
 */
export function codeFacts(tensorflow: string = TENSORFLOW_VERSION): Readonly<Record<string, string>> {
  return {
    'the version of TensorFlow': tensorflow,
    'the version of @evenkeel/replicas': manifest.version,
    'the major version of Node': process.versions.node.split('.')[0],
    'the digest of the script': digestOf(process.argv[1]),
  };
}

function digestOf(script: string | undefined): string {
  if (script === undefined) return 'none';
  try {
    return createHash('sha256').update(readFileSync(script)).digest('hex').slice(0, 16);
  } catch {
    return 'unreadable';
  }
}
