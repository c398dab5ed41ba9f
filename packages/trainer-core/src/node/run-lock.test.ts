import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileCheckpoints } from './file-checkpoints.js';
import { metricsFile } from './metrics-file.js';
import { tinyTrainer, useFolder } from './node.fixture.js';
import { ownIdentity } from './process-identity.js';
import { lockFile, lockFolder } from './run-lock.js';

const folder = useFolder();
const path = () => join(folder(), 'run.lock');
const quick = { beatMs: 10, staleMs: 200 };
const inUse = { code: 'TRAINER_NODE_RUN_IN_USE' };

/** Writes a lock as another process would have, `seconds` ago. */
function forge(holder: object, seconds = 0): void {
  writeFileSync(path(), JSON.stringify({ ...ownIdentity(), since: 'then', ...holder }));
  const at = Date.now() / 1000 - seconds;
  utimesSync(path(), at, at);
}

/** A process that runs until the end of the test, or has ended. */
async function process_(script: string): Promise<number> {
  const child = spawn(process.execPath, ['-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  if (script === '') await new Promise((ended) => child.once('exit', ended));
  return child.pid!;
}
const startOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[19];

describe('lockFile', () => {
  it('removes what a killed process has left of the lock, and nothing else', () => {
    const file = join(folder(), 'metrics.jsonl');
    const others = ['metrics.jsonl', 'other.jsonl.lock.1234abcd.77.part', 'metrics.jsonl.lock.txt'];
    for (const name of [...others, 'metrics.jsonl.lock.1234abcd.77.part'])
      writeFileSync(join(folder(), name), '');
    const lock = lockFile(file);
    lock.release();
    expect(readdirSync(folder()).sort()).toEqual([...others].sort());
  });
});

describe('lockFolder', () => {
  it('is one process’s, says whose, and leaves nothing behind', async () => {
    const lock = await lockFolder(join(folder(), 'new'));
    expect(readdirSync(join(folder(), 'new'))).toEqual(['run.lock']);
    await expect(lockFolder(join(folder(), 'new'))).rejects.toMatchObject({
      ...inUse,
      message: expect.stringContaining(`process ${process.pid} on '${ownIdentity().host}'`) as string,
    });
    lock.check();
    lock.release();
    lock.release();
    expect(readdirSync(join(folder(), 'new'))).toEqual([]);
    (await lockFolder(join(folder(), 'new'))).release();
  });

  it('shows signs of life', async () => {
    const lock = await lockFolder(folder(), quick);
    utimesSync(path(), 1, 1);
    await pause(100);
    const again = lockFolder(folder(), quick);
    await expect(again).rejects.toMatchObject(inUse);
    lock.release();
  });

  it.runIf(process.platform === 'linux')('is taken over at once from a process that has ended', async () => {
    const ended = await process_('');
    forge({ pid: ended, started: '1' }, 0);
    (await lockFolder(folder())).release();
    // The number may be another process's by now.
    const other = await process_('setInterval(() => {}, 1e6)');
    forge({ pid: other, started: '1' }, 0);
    (await lockFolder(folder())).release();
    // One that runs keeps it, however long it has been silent.
    forge({ pid: other, started: startOf(other) }, 1e6);
    await expect(lockFolder(folder())).rejects.toThrow(`process ${other}`);
  });

  it('knows of another machine only how long it has been silent', async () => {
    const elsewhere = { host: 'elsewhere', machine: 'another boot' };
    forge(elsewhere, 30);
    await expect(lockFolder(folder())).rejects.toThrow(/TRAINER_NODE_RUN_IN_USE.*'elsewhere'.*is 30 s old/s);
    forge(elsewhere, 100);
    (await lockFolder(folder())).release();
  });

  it('watches a lock from the future: silent ones are nobody’s, others are in use', async () => {
    const elsewhere = { host: 'elsewhere', machine: 'another boot' };
    forge(elsewhere, -1e6);
    const began = performance.now();
    (await lockFolder(folder(), quick)).release();
    expect(performance.now() - began).toBeGreaterThan(150);
    forge(elsewhere, -1e6);
    setTimeout(() => forge(elsewhere, -1e6 - 5), 60);
    await expect(lockFolder(folder(), quick)).rejects.toMatchObject(inUse);
    expect(() => lockFile(path().replace(/\.lock$/, ''), quick)).toThrow('TRAINER_NODE_RUN_IN_USE');
  });

  it('takes any content for a lock that only its age tells about', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.json(), fc.constant('{"pid":1}'), fc.constant('')),
        async (text) => {
          writeFileSync(path(), text);
          await expect(lockFolder(folder())).rejects.toMatchObject(inUse);
          utimesSync(path(), 1, 1);
          (await lockFolder(folder())).release();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('notices that it was taken over, and does not take the other’s away', async () => {
    const lock = await lockFolder(folder(), quick);
    rmSync(path());
    expect(() => lock.check()).toThrow('TRAINER_NODE_LOCK_LOST');
    forge({ host: 'elsewhere', machine: 'x' });
    const theirs = readFileSync(path(), 'utf8');
    await pause(50);
    expect(() => lock.check()).toThrow('TRAINER_NODE_LOCK_LOST');
    lock.release();
    expect(readFileSync(path(), 'utf8')).toBe(theirs);
  });

  it('of many who find a dead one, one gets it', async () => {
    forge({ host: 'elsewhere', machine: 'x' }, 1e6);
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder())));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readdirSync(folder())).toEqual(['run.lock']);
    for (const one of all) if (one.status === 'fulfilled') one.value.release();
  });

  it('says why where nothing can be written', async () => {
    writeFileSync(join(folder(), 'file'), '');
    await expect(lockFolder(join(folder(), 'file', 'x'))).rejects.toThrow(
      /TRAINER_NODE_NOT_WRITTEN.*ENOTDIR/s,
    );
    mkdirSync(path());
    await expect(lockFolder(folder())).rejects.toThrow(/TRAINER_NODE_NOT_WRITTEN.*is no file/s);
  });
});

describe('two runs in one folder', () => {
  const plugins = () => [
    fileCheckpoints({ folder: join(folder(), 'c'), keepLast: 9 }),
    metricsFile({ path: join(folder(), 'metrics.jsonl') }),
  ];

  it('is refused while one is under way, and possible afterwards', async () => {
    const first = tinyTrainer(plugins());
    const [second, third] = [
      tinyTrainer(plugins()),
      tinyTrainer(metricsFile({ path: join(folder(), 'metrics.jsonl') })),
    ];
    let tried: unknown[] = [];
    let trying: Promise<unknown> | undefined;
    first.hooks.batch$.subscribe(() => {
      trying ??= Promise.allSettled([second.fit({ epochs: 1 }), third.fit({ epochs: 1 })]).then(
        (all) => (tried = all.map((one) => one.status === 'rejected' && (one.reason as Error).message)),
      );
    });
    await first.fit({ epochs: 40 });
    await trying;
    expect(tried).toEqual([
      expect.stringMatching(/TRAINER_NODE_RUN_IN_USE.*run\.lock/s),
      expect.stringMatching(/TRAINER_NODE_RUN_IN_USE.*metrics\.jsonl\.lock/s),
    ]);
    // Given back with the end of the run, before dispose.
    expect(await second.resume()).toBe(true);
    await second.fit({ epochs: 41 });
    await Promise.all([first, second, third].map((trainer) => trainer.dispose()));
    expect(existsSync(join(folder(), 'c', 'run.lock'))).toBe(false);
    expect(existsSync(join(folder(), 'metrics.jsonl.previous'))).toBe(false);
  });

  it('does not throw away what another process has trained since the resume', async () => {
    const first = tinyTrainer(plugins());
    await first.fit({ epochs: 1 });
    const second = tinyTrainer(plugins());
    await second.resume();
    await first.fit({ epochs: 2 });
    await expect(second.fit({ epochs: 2 })).rejects.toThrow(/TRAINER_NODE_FOLDER_CHANGED.*step-000000006/s);
    await Promise.all([first, second].map((trainer) => trainer.dispose()));
    expect(readdirSync(join(folder(), 'c'))).toContain('step-000000006.safetensors');
  });

  it('removes what a killed process left unfinished', async () => {
    mkdirSync(join(folder(), 'c'));
    const part = join(folder(), 'c', 'step-000000003.safetensors.4711.part');
    writeFileSync(part, 'half');
    const trainer = tinyTrainer(plugins());
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
    expect(existsSync(part)).toBe(false);
  });

  it('stops writing where its lock was taken over', async () => {
    const trainer = tinyTrainer(plugins());
    trainer.hooks.epoch$.subscribe(
      ({ type, position }) =>
        type === 'epoch-start' && position.epoch === 1 && rmSync(join(folder(), 'c', 'run.lock')),
    );
    await expect(trainer.fit({ epochs: 3 })).rejects.toThrow('TRAINER_NODE_LOCK_LOST');
    await trainer.dispose();
    expect(readdirSync(join(folder(), 'c')).filter((name) => name.startsWith('step'))).toEqual([
      'step-000000003.safetensors',
    ]);
  });
});
