#!/usr/bin/env node
// `npm run docs`: the API reference of all packages, from their exports map, in dist/api. Warnings are errors: a link that
// leads nowhere, a type that is part of the public surface but is not exported.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, LogLevel } from 'typedoc';
import { publishable, readManifest } from './stage-packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entryPoints = publishable().flatMap((folder) =>
  Object.values(readManifest(folder).exports ?? {})
    .map((target) => target['@evenkeel/source'])
    .filter((source) => source !== undefined)
    .map((source) => join(folder, source)),
);

const app = await Application.bootstrap({
  entryPoints,
  basePath: join(root, 'packages'),
  tsconfig: join(root, 'tools', 'scripts', 'tsconfig.docs.json'),
  name: 'Evenkeel',
  readme: join(root, 'README.md'),
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  logLevel: LogLevel.Warn,
  treatWarningsAsErrors: true,
});
const project = await app.convert();
if (project) {
  app.validate(project);
  await app.generateDocs(project, join(root, 'dist', 'api'));
}
if (!project || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
