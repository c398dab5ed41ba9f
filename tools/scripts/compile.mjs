#!/usr/bin/env node
// node tools/scripts/compile.mjs FOLDER: compiles a project and what it needs, before it is run. Says so the first time,
// which takes about 20 seconds; later there is little to do.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [project] = process.argv.slice(2);

if (!existsSync(`${root}/${project}/dist`)) console.error('Compiling, once: about 20 seconds …');
const tsc = `${root}/node_modules/typescript/bin/tsc`;
const args = [tsc, '--build', `${root}/${project}/tsconfig.lib.json`];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
