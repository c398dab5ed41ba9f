// A program for tests: trains cells of a grid of squares as `npm run reproduce` does, by index, or all of them in one process.
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { killBefore } from './killed-before.fixture.js';
import { openPlaces, runGrid } from './grid.js';
import { runCellAt, settingsOfCell } from './run-cell-at.js';
import { readGridSettings } from './settings.js';
import { squares } from './squares.fixture.js';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const { KILLED_BEFORE, KILLED_UNDER = '' } = process.env;
if (KILLED_BEFORE !== undefined) killBefore(Number(KILLED_BEFORE), KILLED_UNDER);
const settings = readGridSettings(process.argv.slice(2), process.env);
await useBackend('wasm');
const load = async () => ({ data: squares(), backend: 'wasm' });
const interrupted =
  settings.cellIndex === undefined
    ? await runGrid(settings, await openPlaces(settings), squares(), 'wasm', say)
    : await runCellAt(settingsOfCell(settings, settings.cellIndex), load, say, 500);
process.exitCode = interrupted ? 143 : 0;
