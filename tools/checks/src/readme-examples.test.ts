import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Datasets from '@evenkeel/datasets-lt';
import { nativeStatus, useBackend } from '@evenkeel/tfjs-runtime/node';
import { tinyDataset } from '@evenkeel/trainer-testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { firstExample, moduleFolder, writeModule } from './markdown.fixture.js';

// The first example of every README that its own package does not run: those need other packages, or the tests' tools.
const packages = new URL('../../../packages/', import.meta.url);
const folder = moduleFolder('readme-examples');
const runs = mkdtempSync(join(tmpdir(), 'evenkeel-readme-'));
const before = process.cwd();

/** A folder with the official binary files, complete or with a part of the records. */
const dataDir = process.env.EVENKEEL_CIFAR_DIR;

// Ten classes of CIFAR's shape, so that an example needs no files.
vi.mock('@evenkeel/datasets-lt', async (original) => {
  const real = await original<typeof Datasets>();
  const tiny = { classCounts: Array<number>(10).fill(2), testPerClass: 1, exampleShape: [32, 32, 3] };
  const cifar10LT = (options: Datasets.LongTailOptions) =>
    options.dataDir === undefined ? tinyDataset(tiny) : real.cifar10LT(options);
  return { ...real, cifar10LT };
});

beforeAll(async () => {
  process.chdir(runs); // what examples save goes there
  await useBackend('auto', { onMessage: () => undefined });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => {
  process.chdir(before);
  for (const path of [folder, runs]) rmSync(path, { recursive: true });
});

/** The first example of a README as a module. */
function written(name: string, change: (code: string) => string): string {
  const readme = readFileSync(new URL(`${name}/README.md`, packages), 'utf8');
  const path = writeModule(folder, name.replace('..', 'repository'), change(firstExample(readme)));
  return pathToFileURL(path).href;
}

/** The lines that it prints. */
async function run(name: string, change: (code: string) => string = (code) => code): Promise<string[]> {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => void printed.push(values.join(' ')));
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  await import(/* @vite-ignore */ written(name, change));
  return printed;
}

const shorter = (code: string) => code.replace('epochs: 200', 'epochs: 1');

it('errors', async () => {
  expect(await run('errors')).toEqual([
    '[SAMPLER_BAD_SHARE] Expected share in [0, 1], received 3. Use 0 for none.',
  ]);
});

it('trainer-core', async () => {
  const [explained, evaluation] = await run('trainer-core', shorter);
  expect(explained).toMatch(/BACKBONE +resnet32/);
  expect(evaluation).toBeDefined();
});

it('models', async () => {
  await run('models', shorter);
});

it('tfjs-runtime', async () => {
  expect(await run('tfjs-runtime')).toEqual([expect.stringMatching(/^(native|wasm|webgpu|cpu) /)]);
});

const { ready } = await nativeStatus();
it.skipIf(!ready)(`tensorflow-node${ready ? '' : ', skipped: native is not set up here'}`, async () => {
  expect(await run('tensorflow-node')).toEqual([expect.stringMatching(/^tensorflow \d/)]);
});

it('compiled-step', async () => {
  expect(await run('compiled-step')).toEqual(['true']);
});

it('tfjs-export', async () => {
  await run('tfjs-export');
  expect(readdirSync(join(runs, 'model')).sort()).toEqual(['model.json', 'weights.bin']);
});

it.skipIf(dataDir === undefined)('datasets-lt, on real images (set EVENKEEL_CIFAR_DIR to run)', async () => {
  const [counts] = await run('datasets-lt', (code) =>
    code
      .replace('{ imbalance: 100 }', JSON.stringify({ imbalance: 100, dataDir }))
      .concat('console.log(JSON.stringify(data.classCounts));'),
  );
  expect(counts).toBe('[5000,2997,1796,1077,645,387,232,139,83,50]');
});

it("the repository's own", async () => {
  // Batches of 128 would be one, and BET would refuse to embed nothing.
  const [explained] = await run('..', (code) => shorter(code).replace('seed: 1', 'seed: 1,\n  batchSize: 4'));
  for (const module of ['whitening', 'logit-adjust', 'b3rs', 'bet'])
    expect(explained).toContain(`@evenkeel/plugin-${module} `);
  expect(explained).toMatch(/STEP_COMPILER +compiled/);
});

it('leaves out no package', () => {
  const others = readdirSync(packages).filter(
    (name) => !existsSync(new URL(`${name}/src/readme.test.ts`, packages)),
  );
  // The commands of create, create-plugin and evenkeel are run by tools/published; image-folders trains as its README does in training.test.ts.
  expect(others).toEqual([
    'compiled-step',
    'create',
    'create-plugin',
    'datasets-lt',
    'errors',
    'evenkeel',
    'image-folders',
    'models',
    'tensorflow-node',
    'tfjs-export',
    'tfjs-runtime',
    'trainer-testing',
  ]);
});

// Its example is a test, on its own backend.
describe('trainer-testing', async () => {
  const centring = `
    const apply = (x) => tf.sub(x, tf.mean(x, 0));
    const centring = () => ({ name: 'centring', build: (_scope, outputSize) => ({ outputSize, apply }) });
  `;
  await import(/* @vite-ignore */ written('trainer-testing', (code) => code + centring));
});
