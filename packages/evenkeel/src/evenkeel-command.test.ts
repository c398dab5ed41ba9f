import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { evenkeel, useFolder } from './evenkeel.fixture.js';
import { evenkeelCommand } from './evenkeel-command.js';
import { executable, unbuilt } from './executable.fixture.js';
import { findSubcommands } from './find-subcommands.js';

const at = useFolder();
const NAMES = (await findSubcommands()).map(({ name }) => name);

/** A run's metrics of two epochs, in a folder of that name. */
async function metrics(name: string): Promise<string> {
  await mkdir(at(name));
  const path = at(name, 'metrics.jsonl');
  const lines = [0, 1].map((epoch) => JSON.stringify({ type: 'epoch', epoch, loss: 2 - epoch, all: 0.5 }));
  await writeFile(path, lines.join('\n'));
  return path;
}

describe('evenkeel', () => {
  it('has a subcommand for every file, named after it', async () => {
    const files = await readdir(new URL('./commands/', import.meta.url));
    const names = (await findSubcommands()).map(({ name }) => `${name}.ts`);
    expect(names).toEqual(files.filter((file) => !file.includes('.test.')).sort());
    expect(names).toEqual(
      expect.arrayContaining(['doctor.ts', 'inspect.ts', 'predict.ts', 'report.ts', 'run.ts', 'train.ts']),
    );
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

  it.each(NAMES.filter((name) => name !== 'run'))('explains the exit codes of %s', async (name) => {
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

describe.skipIf(unbuilt !== '')(`the executable${unbuilt}`, () => {
  const spawned = (...args: string[]) =>
    spawnSync(process.execPath, [executable, ...args], { encoding: 'utf8' });

  it('lists the subcommands, and loads no TensorFlow for that', () => {
    const { status, stdout, stderr } = spawned('--help');
    expect([status, stderr]).toEqual([0, '']);
    for (const name of ['train', 'inspect', 'predict', 'export']) expect(stdout).toContain(`  ${name} `);
  });

  it.each([
    ['a coded error', 1, ['predict', 'no-such-model', 'x.jpg'], /^\[EVENKEEL_NO_MODEL\] .*no-such-model/],
    ['a wrong command line', 2, ['inspect', '--imbalance', '0'], /--imbalance.*at least 1/],
  ])('ends with its code and text for %s', (_, code, args, text) => {
    const { status, stderr, stdout } = spawned(...args);
    expect([status, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(text);
  });
});

describe('evenkeel report', () => {
  it('writes a page, its runs named after their folders', async () => {
    const files = [await metrics('plain'), await metrics('balanced')];
    const out = at('made', 'page.html');
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
    const out = at('pages', 'report.html');
    const { code, stdout, stderr } = await evenkeel('report', path, '--out', out);
    expect([code, stdout]).toEqual([0, `Written to ${out}\n`]);
    expect(stderr).toMatch(/^Line 3 of '.*metrics\.jsonl', its last, is cut short and left out\.\n$/);
    expect(await readdir(at('pages'))).toEqual(['report.html']);
  });

  it('wants as many names as files', async () => {
    const { code, stderr } = await evenkeel('report', await metrics('plain'), '--names', 'a,b');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\[EVENKEEL_BAD_NAMES\] Expected 1 different names.*'a'.*'b'/);
  });

  it('names what cannot be read, and what cannot be written', async () => {
    const lost = await evenkeel('report', at('none.jsonl'));
    expect([lost.code, lost.stderr]).toEqual([1, expect.stringContaining('LIVE_PAGE_NO_SUCH_FILE')]);
    const unwritable = await evenkeel('report', await metrics('plain'), '--out', at());
    expect(unwritable.stderr).toMatch(/^\[EVENKEEL_NOT_WRITTEN\].*EISDIR/);
  });
});

describe('evenkeel run', () => {
  it('starts the processes with what follows the script, and ends as they do', async () => {
    const script = at('train.mjs');
    const lines = [
      "import { writeFileSync } from 'node:fs';",
      "const [rank] = process.env.EVENKEEL_CLUSTER.split('/');",
      `writeFileSync(${JSON.stringify(at())} + '/' + rank, process.argv.slice(2).join(' '));`,
      "process.exit(process.argv[2] === '--fail' && rank === '1' ? 4 : 0);",
    ];
    await writeFile(script, lines.join('\n'));
    const done = await evenkeel('run', '--processes', '2', script, '--epochs', '3', '--help');
    expect([done.code, done.stderr]).toEqual([0, '']);
    for (const rank of ['0', '1']) {
      expect(await readFile(at(rank), 'utf8')).toBe('--epochs 3 --help');
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
