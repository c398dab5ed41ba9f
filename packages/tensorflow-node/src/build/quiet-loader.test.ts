import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTfjsNode } from '../find/find-tfjs-node.js';
import { addQuietLoader } from './quiet-loader.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';

const tfjsNode = findTfjsNode('native');

describe.skipIf(!tfjsNode)('addQuietLoader', () => {
  it("adds its targets to tfjs-node's own", async () => {
    const folder = temporaryFolder();
    cpSync(join(tfjsNode!.root, 'binding.gyp'), join(folder, 'binding.gyp'));
    await addQuietLoader(folder);
    const targets = readFileSync(join(folder, 'binding.gyp'), 'utf8').match(
      /'?target_name'?\s*:\s*'(\w+)'|"target_name": "(\w+)"/g,
    );
    expect(targets).toHaveLength(4);
    expect(readFileSync(join(folder, 'quiet_loader.c'), 'utf8')).toContain('NAPI_MODULE_INIT');
  });
});
