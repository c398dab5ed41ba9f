import { mkdirSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeProject } from '../find/fake-project.fixture.js';
import { linkNative } from './link-native.js';

describe('linkNative', () => {
  it('links binding and library into tfjs-node, again and again', async () => {
    const { project, tfjsNode } = fakeProject();
    await linkNative('native', '/old/build', project);
    const made = await linkNative('native', '/new/build', project);
    expect(made).toEqual([join(tfjsNode, 'lib/napi-v8'), join(tfjsNode, 'deps')]);
    expect(made.map((link) => readlinkSync(link))).toEqual(['/new/build/lib/napi-v8', '/new/build/deps']);
  });

  it('touches nothing that is no link', async () => {
    const { project, tfjsNode } = fakeProject();
    await linkNative('native', '/build', project);
    rmSync(join(tfjsNode, 'deps'));
    mkdirSync(join(tfjsNode, 'deps'));
    await expect(linkNative('native', '/build', project)).rejects.toThrow(/TENSORFLOW_LINK_FAILED.*deps/);
  });
});
