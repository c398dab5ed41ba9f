import { readFileSync } from 'node:fs';
import { parsePluginName, pluginFiles } from '@evenkeel/create-plugin';
import { expect, it } from 'vitest';

// What the guide's plugin, its faulty and its repaired variant do is seen by tools/published/check-published.mjs.
const guide = readFileSync(new URL('../../../docs/first-plugin.md', import.meta.url), 'utf8');
const files = pluginFiles(parsePluginName('image-noise'), 'package');

it.each(['add-noise.ts', 'image-noise.ts', 'image-noise.test.ts'])(
  'the guide shows the %s that is made',
  (name) => {
    expect(guide).toContain(`\`src/${name}\`:\n\n\`\`\`ts\n${files.get(`src/${name}`)}\`\`\``);
  },
);
