import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.fixture.js';

/** A project whose tfjs-node (an empty shell) comes with its own tfjs-core. */
export function fakeProject(): { readonly project: string; readonly tfjsNode: string } {
  const project = temporaryFolder();
  for (const name of ['tfjs-node', 'tfjs', 'tfjs-core']) {
    const folder = join(project, 'node_modules/@tensorflow', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: `@tensorflow/${name}`, version: '4.22.0' }),
    );
    writeFileSync(join(folder, 'index.js'), '');
  }
  return { project, tfjsNode: join(project, 'node_modules/@tensorflow/tfjs-node') };
}
