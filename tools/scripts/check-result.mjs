#!/usr/bin/env node
// node tools/scripts/check-result.mjs FILE BACKEND: FILE is a result.json of the main job with both methods, trained on
// BACKEND, in the documented shape. Says what is wrong with it, or prints one line per run.
import { readFileSync } from 'node:fs';

const [file, backend] = process.argv.slice(2);
if (!file || !backend) {
  console.error('Usage: node tools/scripts/check-result.mjs FILE BACKEND');
  process.exit(2);
}

const isWhole = (value, least) => Number.isInteger(value) && value >= least;
const isShare = (value) => typeof value === 'number' && value >= 0 && value <= 1;
// A group of shots that holds no class has no accuracy.
const isShareOrNone = (value) => value === null || isShare(value);

/** What each key of a run must be: a test, and the words for it. */
const RUN = {
  name: [(value) => typeof value === 'string' && value !== '', 'a name'],
  seed: [(value) => isWhole(value, 0), 'a whole number'],
  backend: [(value) => value === backend, `'${backend}'`],
  epochs: [(value) => isWhole(value, 1), 'a whole number of at least 1'],
  classCounts: [
    (value) => Array.isArray(value) && value.length > 1 && value.every((count) => isWhole(count, 0)),
    'whole numbers, one a class',
  ],
  accuracy: [
    (value) => isShare(value?.all) && ['many', 'medium', 'few'].every((group) => isShareOrNone(value[group])),
    '{ all, many, medium, few } in 0..1',
  ],
  perClass: [
    (value, run) =>
      Array.isArray(value) && value.length === run.classCounts?.length && value.every(isShareOrNone),
    'accuracies in 0..1, one a class',
  ],
  seconds: [(value) => value > 0, 'a positive number'],
  imagesPerSecond: [(value) => value > 0, 'a positive number'],
};

const { runs } = JSON.parse(readFileSync(file, 'utf8'));
const problems = [];
if (!Array.isArray(runs) || runs.length !== 2) {
  problems.push(`runs: expected two, received ${JSON.stringify(runs)?.slice(0, 200)}`);
} else {
  if (runs[0].name === runs[1].name) problems.push(`runs: both are named '${runs[0].name}'`);
  for (const [index, run] of runs.entries()) {
    for (const [key, [fits, expected]] of Object.entries(RUN)) {
      if (!fits(run[key], run)) {
        problems.push(`runs[${index}].${key}: expected ${expected}, received ${JSON.stringify(run[key])}`);
      }
    }
  }
}

if (problems.length) {
  for (const problem of problems) console.error(`${file}: ${problem}`);
  process.exit(1);
}
for (const { name, accuracy, seconds, imagesPerSecond } of runs) {
  const percent = (100 * accuracy.all).toFixed(1);
  console.log(
    `${name}: ${percent} % of all, ${seconds.toFixed(1)} s, ${imagesPerSecond.toFixed(0)} images/s`,
  );
}
