import { readFileSync } from 'node:fs';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { pluginFiles } from './plugin-files.js';
import { parsePluginName } from './plugin-name.js';

type Ranges = Readonly<Record<string, string>>;
interface Manifest {
  readonly version: string;
  readonly dependencies: Ranges;
  readonly peerDependencies: Ranges;
  readonly devDependencies: Ranges;
}

const name = parsePluginName('@lab/label-noise');
const manifestOf = (text: string): Manifest => JSON.parse(text) as Manifest;
const siblings = new URL('../../', import.meta.url);

describe.each(['repository', 'package'] as const)('a plugin in a %s', (home) => {
  const files = pluginFiles(name, home);
  const manifest = manifestOf(files.get('package.json')!);

  it('has mathematics, plugin, tests, README and settings', () => {
    const sources = ['add-noise', 'errors', 'label-noise'].flatMap((stem) => [
      `src/${stem}.test.ts`,
      `src/${stem}.ts`,
    ]);
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([...sources, 'src/index.ts', 'README.md', 'package.json', 'tsconfig.json']),
    );
    expect(files.size).toBe(sources.length + (home === 'package' ? 6 : 8));
  });

  it('has its name everywhere, and no place left to fill in', () => {
    for (const [path, text] of files) expect(path + text).not.toMatch(/__\w+__/);
    expect(files.get('src/label-noise.ts')).toContain(
      'export function labelNoise(options: LabelNoiseOptions',
    );
  });

  it('asks for packages in ranges that hold their present versions', () => {
    const { dependencies, peerDependencies, devDependencies } = manifest;
    for (const [dependency, range] of Object.entries({
      ...dependencies,
      ...peerDependencies,
      ...devDependencies,
    })) {
      const [, folder] = /^@evenkeel\/(.*)/.exec(dependency) ?? [];
      if (folder === undefined) continue;
      const { version } = manifestOf(readFileSync(new URL(`${folder}/package.json`, siblings), 'utf8'));
      expect(semver.satisfies(version, range), `${dependency} ${version} in ${range}`).toBe(true);
    }
  });
});
