import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@evenkeel/tensorflow-node/cli';
import sharp from 'sharp';
import { afterEach, beforeEach, vi } from 'vitest';
import { evenkeelCommand } from './evenkeel-command.js';

/** How a call has ended. */
export interface Ending {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `evenkeel` as its executable does, without ending the process. */
export async function evenkeel(...args: string[]): Promise<Ending> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    });
  }
  vi.spyOn(console, 'log').mockImplementation((line) => void (said.stdout += `${line}\n`));
  try {
    await runCommand(await evenkeelCommand(args), args);
    return { code: process.exitCode ?? 0, ...said };
  } finally {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  }
}

/** A folder for every test of a file, removed behind it; what it returns is a path in it. */
export function useFolder(): (...names: string[]) => string {
  let folder = '';
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'evenkeel-'))));
  afterEach(() => rm(folder, { recursive: true }));
  return (...names) => join(folder, ...names);
}

/** A PNG of 20 × 16 pixels: waves of a colour that `hue` decides, shifted by `turn`. */
export function picture(hue: number, turn = 0): Promise<Buffer> {
  const [width, height] = [20, 16];
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [pixel, channel] = [Math.floor(at / 3), at % 3];
    return 128 + 100 * Math.sin((pixel % width) / 4 + turn + (channel === hue % 3 ? 1 : 3));
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** A folder of one folder per class, with so many images each, all of them different. */
export async function putClasses(root: string, counts: Readonly<Record<string, number>>): Promise<string> {
  for (const [hue, [name, count]] of Object.entries(counts).entries()) {
    await mkdir(join(root, name), { recursive: true });
    for (let at = 0; at < count; at++) {
      await writeFile(join(root, name, `${at}.png`), await picture(hue, at / 10));
    }
  }
  return root;
}
