import { readFileSync } from 'node:fs';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { PROJECT_DATA, projectFiles } from './project-files.js';

const siblings = new URL('../../', import.meta.url);

describe.each(PROJECT_DATA)('a project on %s', (data) => {
  const files = projectFiles({ name: 'mine', data, dataDir: '../photos' });
  const { dependencies } = JSON.parse(files.get('package.json')!) as { dependencies: Record<string, string> };

  it('has no place left to fill in', () => {
    for (const [path, text] of files) expect(path + text).not.toMatch(/__\w+__/);
  });

  it('asks for what its sources import, in ranges that hold the present versions', () => {
    const sources = [...files].filter(([path]) => path.endsWith('.ts')).map(([, text]) => text);
    const imported = [...sources.join('\n').matchAll(/from '(@evenkeel\/[^/']+)/g)].map(([, name]) => name);
    const asked = Object.keys(dependencies).filter((name) => name.startsWith('@evenkeel/'));
    expect(asked.sort()).toEqual([...new Set(imported)].sort());
    for (const name of asked) {
      const manifest = new URL(`${name.replace('@evenkeel/', '')}/package.json`, siblings);
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      expect(semver.satisfies(version, dependencies[name]), `${name} ${version}`).toBe(true);
    }
  });
});
