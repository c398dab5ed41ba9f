import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The TypeScript examples of a page, in order. */
export function examplesOf(page: string): string[] {
  return [...page.matchAll(/^```(?:ts|typescript)\n([^]*?)^```/gm)].map(([, code]) => code);
}

/** The first TypeScript example of a page. */
export function firstExample(page: string): string {
  return examplesOf(page)[0];
}

/** The links of a page that lead to no file; `at` is where it lies. */
export function deadLinks(page: string, at: URL): string[] {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map(([, link]) => link);
  return links.filter((link) => !existsSync(new URL(link, at)));
}

/** A new folder for modules that find the packages of the repository, since it lies within it; git ignores it. */
export function moduleFolder(name: string): string {
  const scratch = fileURLToPath(new URL('../out-tsc/', import.meta.url));
  mkdirSync(scratch, { recursive: true });
  return mkdtempSync(join(scratch, `${name}-`));
}

/** Writes a module; returns its path. */
export function writeModule(folder: string, name: string, code: string): string {
  const path = join(folder, `${name}.ts`);
  writeFileSync(path, code);
  return path;
}

/** What TypeScript says of modules, strictly, with the packages' sources and vite's types of files. */
export function problemsOf(files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    customConditions: ['@evenkeel/source'],
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ['node', 'vite/client'],
  });
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => `${basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
  );
}
