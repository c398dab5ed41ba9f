import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { OptionsReader, OptionSpec } from '@evenkeel/errors';

/** The options of one function, and where they are defined. */
export interface FoundReader {
  /** Folder of the package, such as `packages/plugin-bet`. */
  readonly folder: string;
  readonly file: string;
  readonly reader: OptionsReader<OptionSpec>;
}

const root = new URL('../../../', import.meta.url);

/** Every `defineOptions` of the packages and of the example plugins, found in their sources. */
export async function optionReaders(): Promise<readonly FoundReader[]> {
  const folders = [
    ...readdirSync(new URL('packages/', root)).map((name) => `packages/${name}`),
    'examples/plugins',
  ];
  const found: FoundReader[] = [];
  for (const folder of folders) {
    for (const file of sourcesOf(`${folder}/src`)) {
      const text = readFileSync(new URL(file, root), 'utf8');
      const names = [...text.matchAll(/^export const (\w+) = defineOptions\($/gm), ...inOneLine(text)];
      if (names.length === 0) continue;
      const module = (await import(fileURLToPath(new URL(file, root)))) as Record<
        string,
        FoundReader['reader']
      >;
      for (const [, name] of names) found.push({ folder, file, reader: module[name] });
    }
  }
  return found;
}

/** Files that define options without exporting them, so that nothing here would see them. */
export function hiddenDefinitions(): string[] {
  return readdirSync(new URL('packages/', root))
    .flatMap((name) => sourcesOf(`packages/${name}/src`))
    .filter((file) =>
      /^(?!export)[^/*\n]*= defineOptions\(/m.test(readFileSync(new URL(file, root), 'utf8')),
    );
}

function inOneLine(text: string): RegExpMatchArray[] {
  return [...text.matchAll(/^export const (\w+) = defineOptions\(./gm)];
}

function sourcesOf(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(?!.*\.(test|fixture|test-d)\.ts$).*\.ts$/.test(path))
    .map((path) => `${folder}/${path}`);
}
