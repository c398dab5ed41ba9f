import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { evenkeelCommand } from './evenkeel-command.js';
import { findSubcommands } from './find-subcommands.js';

const { runCommand } = await import('@evenkeel/tensorflow-node/cli');

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'evenkeel-'))));
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await rm(folder, { recursive: true });
});

interface Ending {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `evenkeel` as its executable does, without ending the process. */
async function evenkeel(...args: string[]): Promise<Ending> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    });
  }
  vi.spyOn(console, 'log').mockImplementation((line) => void (said.stdout += `${line}\n`));
  await runCommand(await evenkeelCommand(args), args);
  vi.restoreAllMocks();
  return { code: process.exitCode ?? 0, ...said };
}

/** A run's metrics of two epochs, in a folder of that name. */
async function metrics(name: string): Promise<string> {
  await mkdir(join(folder, name));
  const path = join(folder, name, 'metrics.jsonl');
  const lines = [0, 1].map((epoch) => JSON.stringify({ type: 'epoch', epoch, loss: 2 - epoch, all: 0.5 }));
  await writeFile(path, lines.join('\n'));
  return path;
}

describe('evenkeel', () => {
  it('has a subcommand for every file, named after it', async () => {
    const files = await readdir(new URL('./commands/', import.meta.url));
    const names = (await findSubcommands()).map(({ name }) => `${name}.ts`);
    expect(names).toEqual(files.filter((file) => !file.includes('.test.')).sort());
    expect(names).toEqual(expect.arrayContaining(['doctor.ts', 'report.ts', 'run.ts', 'setup.ts']));
  });

  it('lists them with their summaries, and loads none for that', async () => {
    const subcommands = await findSubcommands();
    const loads = subcommands.map((subcommand) => vi.spyOn(subcommand, 'load'));
    const program = await evenkeelCommand(['--help']);
    const help = program.helpInformation();
    for (const { name, summary } of subcommands) {
      expect(help).toContain(name);
      expect(help.replace(/\s+/g, ' ')).toContain(summary);
      expect(summary).not.toMatch(/\.$/);
    }
    for (const load of loads) expect(load).not.toHaveBeenCalled();
  });

  it.each(['doctor', 'report', 'setup'])('explains the exit codes of %s', async (name) => {
    const asked = await evenkeel(name, '--help');
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    expect(asked.stdout).toMatch(/Usage: evenkeel .*--json.*Exit codes: 0 .*, 1 .*, 2 the command line/s);
    expect((await evenkeel('help', name)).stdout).toContain(`Usage: evenkeel ${name}`);
  });

  it.each([
    ['an unknown subcommand', ['trian']],
    ['an unknown option', ['doctor', '--jsn']],
    ['a missing argument', ['report']],
    ['no subcommand', []],
  ])('ends with exit code 2 for %s', async (_, args) => {
    expect((await evenkeel(...args)).code).toBe(2);
  });
});

describe('evenkeel report', () => {
  it('writes a page, its runs named after their folders', async () => {
    const files = [await metrics('plain'), await metrics('balanced')];
    const out = join(folder, 'made', 'page.html');
    const { code, stdout } = await evenkeel(
      'report',
      ...files,
      '--out',
      out,
      '--title',
      'Two runs',
      '--json',
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ out, runs: ['plain', 'balanced'] });
    expect(await readFile(out, 'utf8')).toMatch(/<title>Two runs<\/title>.*"name":"balanced"/s);
  });

  it('leaves a last line out that a killed run cut short, says so, and leaves nothing beside the page', async () => {
    const path = await metrics('plain');
    await appendFile(path, '\n{"type":"ep');
    const out = join(folder, 'pages', 'report.html');
    const { code, stdout, stderr } = await evenkeel('report', path, '--out', out);
    expect([code, stdout]).toEqual([0, `Written to ${out}\n`]);
    expect(stderr).toMatch(/^Line 3 of '.*metrics\.jsonl', its last, is cut short and left out\.\n$/);
    expect(await readdir(join(folder, 'pages'))).toEqual(['report.html']);
  });

  it('wants as many names as files', async () => {
    const { code, stderr } = await evenkeel('report', await metrics('plain'), '--names', 'a,b');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\[EVENKEEL_BAD_NAMES\] Expected 1 different names.*'a'.*'b'/);
  });

  it('names what cannot be read, and what cannot be written', async () => {
    const lost = await evenkeel('report', join(folder, 'none.jsonl'));
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('LIVE_PAGE_NO_SUCH_FILE')]);
    const unwritable = await evenkeel('report', await metrics('plain'), '--out', folder);
    expect(unwritable.stderr).toMatch(/^\[EVENKEEL_NOT_WRITTEN\].*EISDIR/);
  });
});

describe('evenkeel run', () => {
  it('starts the processes with what follows the script, and ends as they do', async () => {
    const script = join(folder, 'train.mjs');
    const lines = [
      "import { writeFileSync } from 'node:fs';",
      "const [rank] = process.env.EVENKEEL_CLUSTER.split('/');",
      `writeFileSync(${JSON.stringify(folder)} + '/' + rank, process.argv.slice(2).join(' '));`,
      "process.exit(process.argv[2] === '--fail' && rank === '1' ? 4 : 0);",
    ];
    await writeFile(script, lines.join('\n'));
    const done = await evenkeel('run', '--processes', '2', script, '--epochs', '3', '--help');
    expect([done.code, done.stderr]).toEqual([0, '']);
    for (const rank of ['0', '1']) {
      expect(await readFile(join(folder, rank), 'utf8')).toBe('--epochs 3 --help');
    }
    const failed = await evenkeel('run', '--processes', '2', script, '--fail');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/^\[REPLICAS_LAUNCH_FAILED\] Rank 1 ended with exit code 4/);
  });

  it.each([[[]], [['--processes', '0']], [['--processes', '2', '--restarts', 'x']]])(
    'ends with exit code 2 for %j',
    async (args) => expect((await evenkeel('run', ...args, 'train.mjs')).code).toBe(2),
  );
});
