// Lets Node run TypeScript of this repository as vitest does, siblings read from their sources, for tests of whole processes:
//   node --conditions=@evenkeel/source --import ./tools/scripts/from-source.mjs PROGRAM.ts
import { register } from 'node:module';

register('./from-source-hooks.mjs', import.meta.url);
