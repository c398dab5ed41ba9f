import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly sideEffects: false | readonly string[];
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly nx: { readonly name: string; readonly tags: readonly string[] };
}

const packages = new URL('../../../packages/', import.meta.url);

/** The keys of a package.json in the order in which every package has them; only OPTIONAL ones may be left out. */
const KEYS = (
  'name version description keywords license type sideEffects exports bin files engines publishConfig ' +
  'dependencies peerDependencies peerDependenciesMeta devDependencies nx'
).split(' ');
const OPTIONAL = /^bin$|ependencies/;

const FILES =
  'LICENSE README.md src/index.ts tsconfig.json tsconfig.lib.json tsconfig.spec.json vitest.config.mts';

describe.each(readdirSync(packages))('%s', (folder) => {
  const at = new URL(`${folder}/`, packages);
  const read = (path: string): string => readFileSync(new URL(path, at), 'utf8');
  const manifest = JSON.parse(read('package.json')) as Manifest;

  it('lists side effects of files that there are, in src and dist', () => {
    const { sideEffects } = JSON.parse(read('package.json')) as { readonly sideEffects: boolean | string[] };
    const listed = Array.isArray(sideEffects) ? sideEffects : [];
    const sources = listed.filter((path) => path.startsWith('./src/'));
    for (const path of sources) expect(existsSync(new URL(path, at)), path).toBe(true);
    const built = sources.map((path) => path.replace('./src/', './dist/').replace(/\.ts$/, '.js'));
    expect(listed.filter((path) => !sources.includes(path)).sort()).toEqual(built.sort());
  });

  it('has the files of every package', () => {
    expect(FILES.split(' ').filter((path) => !existsSync(new URL(path, at)))).toEqual([]);
  });

  it('has a package.json with the same keys in the same order', () => {
    expect(Object.keys(manifest)).toEqual(KEYS.filter((key) => !OPTIONAL.test(key) || key in manifest));
  });

  it('is named after its folder and tagged by its kind', () => {
    // The command line is what people type after npx.
    const name = folder === 'evenkeel' ? folder : `@evenkeel/${folder}`;
    expect([manifest.name, manifest.nx.name]).toEqual([name, folder]);
    expect(manifest.nx.tags).toEqual([
      folder.startsWith('plugin-')
        ? 'type:plugin'
        : expect.stringMatching(
            /^type:(base|core|native|runtime|testing|plugin|model|data|preset|cluster|command|tool)$/,
          ),
    ]);
  });

  it('exports its sources under a condition, and what is built from them to everybody else', () => {
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      if (subpath === './package.json') continue;
      const stem = subpath === '.' ? 'index' : `${subpath.slice(2)}/index`;
      expect(target).toEqual({
        '@evenkeel/source': `./src/${stem}.ts`,
        types: `./dist/${stem}.d.ts`,
        default: `./dist/${stem}.js`,
      });
      expect(Object.keys(target)).toEqual(['@evenkeel/source', 'types', 'default']);
      expect(existsSync(new URL(`src/${stem}.ts`, at))).toBe(true);
    }
  });

  it('names files with side effects that are there, in its sources and in what is built from them', () => {
    const files = manifest.sideEffects || [];
    const sources = files.filter((file) => file.startsWith('./src/'));
    expect(sources.filter((file) => !existsSync(new URL(file, at)))).toEqual([]);
    const built = sources.map((file) => file.replace('/src/', '/dist/').replace(/ts$/, 'js'));
    expect([...files].sort()).toEqual([...sources, ...built].sort());
  });

  it('has the TypeScript and vitest settings of every package', () => {
    const name = `'${folder}'`;
    expect(read('vitest.config.mts').replace(name, 'NAME')).toBe(
      readFileSync(new URL('errors/vitest.config.mts', packages), 'utf8').replace("'errors'", 'NAME'),
    );
    const spec = JSON.parse(read('tsconfig.spec.json'));
    expect(spec).toEqual(JSON.parse(readFileSync(new URL('errors/tsconfig.spec.json', packages), 'utf8')));
  });
});
