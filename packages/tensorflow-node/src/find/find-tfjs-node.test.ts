import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeProject } from './fake-project.fixture.js';
import { findTfjsNode, ownTfjsCore, requireTfjsNode } from './find-tfjs-node.js';

describe('findTfjsNode', () => {
  it("prefers the project's own and tells which tfjs-core it loads", () => {
    const { project, tfjsNode } = fakeProject();
    const found = findTfjsNode('native', project);
    expect(found).toMatchObject({ name: '@tensorflow/tfjs-node', version: '4.22.0', root: tfjsNode });
    expect(found?.core).toBe(join(project, 'node_modules/@tensorflow/tfjs-core/index.js'));
    expect(found?.core).not.toBe(ownTfjsCore());
  });

  it('says how to install what is missing, without its install script', () => {
    expect(() => requireTfjsNode('native-gpu', fakeProject().project)).toThrow(
      'npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0',
    );
  });
});
