import { describe, expect, it } from 'vitest';
import { findTfjsNode } from '../find/find-tfjs-node.js';
import { selfTest } from './self-test.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

const tfjsNode = findTfjsNode('native');

describe.skipIf(!tfjsNode)('selfTest', () => {
  it('fails for a folder without a binding and says why', async () => {
    await expect(selfTest(tfjsNode!, temporaryFolder())).rejects.toThrow(
      /TENSORFLOW_SELF_TEST_FAILED.*Cannot find module/s,
    );
  });
});
