#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/main.js', import.meta.url);
if (existsSync(program)) {
  const { main } = await import(program.href);
  await main();
} else {
  console.error('create is not built in this checkout. Run `npx tsc --build packages/create` first.');
  process.exitCode = 1;
}
