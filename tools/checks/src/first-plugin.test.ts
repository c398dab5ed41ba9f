import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parsePluginName, pluginFiles } from '@evenkeel/create-plugin';
import { createTrainer } from '@evenkeel/trainer-core';
import type { PluginInput, TrainerPlugin } from '@evenkeel/trainer-core';
import {
  checkConstruction,
  checkDisposal,
  checkEvents,
  checkLeaks,
  checkOff,
  checkRepeatable,
  checkResume,
  checkWrongOptions,
  tinyBackbone,
  tinyDataset,
  useCpuBackend,
} from '@evenkeel/trainer-testing';
import type { PluginKit } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Factory = (options?: { sigma: number }) => TrainerPlugin;

const guide = readFileSync(new URL('../../../docs/first-plugin.md', import.meta.url), 'utf8');
const files = pluginFiles(parsePluginName('image-noise'), 'package');
// Below this folder, so that the packages of the repository are found; it is ignored by git.
const scratch = fileURLToPath(new URL('../out-tsc/', import.meta.url));
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, 'first-plugin-'));

beforeAll(useCpuBackend);
afterAll(() => rmSync(folder, { recursive: true }));

const blockAfter = (mark: string): string =>
  new RegExp(`<!-- ${mark} -->\\n\\n\`\`\`ts\\n([^]*?)\`\`\``).exec(guide)![1];

/** The generated plugin, with its setup replaced by a block of the guide. */
async function imageNoise(setup?: string): Promise<Factory> {
  const home = mkdtempSync(join(folder, 'plugin-'));
  for (const [path, text] of files) {
    const target = join(home, path);
    mkdirSync(dirname(target), { recursive: true });
    const whole =
      setup === undefined || path !== 'src/image-noise.ts'
        ? text
        : text.replace(/^ {4}setup\([^]*?^ {4}\},\n/m, () => setup);
    if (setup !== undefined && path === 'src/image-noise.ts') expect(whole).not.toBe(text);
    if (path.startsWith('src/') && !path.includes('.test.')) writeFileSync(target, whole);
  }
  const url = pathToFileURL(join(home, 'src', 'image-noise.ts')).href;
  return ((await import(/* @vite-ignore */ url)) as { readonly imageNoise: Factory }).imageNoise;
}

/** Numbers of an error's text are of one machine. */
const withoutNumbers = (text: string) => text.replace(/-?\d+(\.\d+)?(e-?\d+)?/g, '#');

const kitOf = (make: Factory): PluginKit => ({
  factory: () => make({ sigma: 0.2 }),
  off: () => make({ sigma: 0 }),
  wrongOptions: [
    { what: 'below 0', make: () => make({ sigma: -1 }), code: 'IMAGE_NOISE_BAD_OPTION', option: 'sigma' },
  ],
});

const RULES = {
  checkConstruction,
  checkDisposal,
  checkEvents,
  checkLeaks,
  checkOff,
  checkRepeatable,
  checkResume,
  checkWrongOptions,
};

async function problemsOf(kit: PluginKit): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [rule, check] of Object.entries(RULES)) {
    const problems = await check(kit);
    if (problems.length > 0) found[rule] = problems.join('\n');
  }
  return found;
}

describe('write a plugin in ten minutes', () => {
  it.each(['add-noise.ts', 'image-noise.ts', 'image-noise.test.ts'])('shows the %s that is made', (name) => {
    expect(guide).toContain(`\`src/${name}\`:\n\n\`\`\`ts\n${files.get(`src/${name}`)}\`\`\``);
  });

  it('makes a plugin that keeps every rule and changes a training run', async () => {
    const make = await imageNoise();
    expect(await problemsOf(kitOf(make))).toEqual({});
    const loss = async (plugins: PluginInput) => {
      const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 8, plugins });
      expect(trainer.explain()).toBeTypeOf('string');
      const { history } = await trainer.fit({ epochs: 1 });
      await trainer.dispose();
      return history[0].loss;
    };
    expect(await loss(make({ sigma: 1 }))).not.toBe(await loss([]));
  });

  it('breaks it, and shows what the kit says', async () => {
    const [, message] = /```text\n([^]*?)\n```/.exec(guide)!;
    const problems = await problemsOf(kitOf(await imageNoise(blockAfter('faulty'))));
    expect(Object.keys(problems)).toEqual(['checkResume']);
    expect(withoutNumbers(message.replace(/\s+/g, ' '))).toBe(withoutNumbers(problems.checkResume));
  });

  it('repairs it', async () => {
    expect(await problemsOf(kitOf(await imageNoise(blockAfter('repaired'))))).toEqual({});
  });
});
