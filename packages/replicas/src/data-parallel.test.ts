import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeStatus } from '@evenkeel/tensorflow-node';
import { afterAll, describe, expect, it } from 'vitest';
import { runProcess, runRanks } from './run-ranks.fixture.js';
import type { Ended } from './run-ranks.fixture.js';
import type { TinyRunReport, TinyRunSettings } from './tiny-run.fixture.js';

const scratch = mkdtempSync(join(tmpdir(), 'evenkeel-replicas-'));
afterAll(() => rmSync(scratch, { recursive: true }));

let folders = 0;
const folder = () => join(scratch, String(folders++));

/** 27 examples in batches of 8: the last batch has 3 rows, fewer than four ranks need. */
const RUN: TinyRunSettings = { epochs: 2, dropout: 0.25, mixup: true };

function reportsOf(ended: readonly Ended[]): readonly TinyRunReport[] {
  return ended.map(({ report, stderr }) => {
    if (report?.values === undefined) throw new Error(`no result: ${report?.error?.text ?? stderr}`);
    return report;
  });
}

function farthest(one: readonly number[], other: readonly number[]): number {
  return Math.max(...one.map((value, at) => Math.abs(value - other[at])));
}

/** Each waits for the processes of the others: started together they would compete for the processor. */
const single = runProcess(RUN);
const pair = single.then(() => runRanks(2, { ...RUN, compile: true, folder: folder() }));

const { ready } = await nativeStatus();

/** Some tests start a dozen processes. */
const timeout = 240_000;

describe.skipIf(!ready)(`ranks${ready ? '' : ' (skipped: native is not set up)'}`, { timeout }, () => {
  it('hold the same bits, and the numbers of one process: 2, with a compiled step', async () => {
    const [one] = reportsOf([await single]);
    const two = reportsOf(await pair);
    expect(two[1].digest).toBe(two[0].digest);
    expect(farthest(two[0].values!, one.values!)).toBeLessThan(1e-6);
    for (const { losses, evaluation, steps, messages } of two) {
      expect(farthest(losses!, one.losses!)).toBeLessThan(1e-6);
      expect(evaluation).toEqual(one.evaluation);
      expect(steps).toBe(one.steps);
      expect(messages).toEqual([]); // nothing ran eagerly
    }
    expect(two.map(({ saved }) => saved! > 0)).toEqual([true, false]); // rank 0 writes
  });

  it('hold the same bits, and the numbers of one process: 4, over the network, in micro-batches', async () => {
    await pair;
    const [one] = reportsOf([await single]);
    const four = reportsOf(await runRanks(4, { ...RUN, microBatch: 1, sharedMemory: false }));
    expect(new Set(four.map(({ digest }) => digest)).size).toBe(1);
    expect(farthest(four[0].values!, one.values!)).toBeLessThan(1e-6);
  });

  it('reduce once in every call, also where one of them has to run the step eagerly', async () => {
    const [replayed] = reportsOf(await pair);
    const two = reportsOf(await runRanks(2, { ...RUN, compile: true, reads: 1 }));
    expect(two[0].digest).toBe(two[1].digest);
    expect(farthest(two[0].values!, replayed.values!)).toBeLessThan(1e-6);
    expect(two[0].messages).toEqual([]);
    expect(two[1].messages?.[0]).toMatch(/runs eagerly, since it reads/);
  });

  it('that stop answering are given up', async () => {
    await pair;
    const at = { rank: 1, step: 1, what: 'freeze' } as const;
    const [first] = await runRanks(2, { ...RUN, timeoutSeconds: 8, at });
    expect(first.report?.error?.text).toMatch(
      /REPLICAS_STALLED\] Rank 1 .* did not answer for 8 s, in agree/,
    );
  });

  it('that are lost end the others, with their name and a checkpoint; all resume bit for bit, on one process too', async () => {
    const unbroken = reportsOf(await pair);
    const kept = folder();
    const settings = { ...RUN, compile: true, folder: kept };
    const at = { rank: 1, step: 4, what: 'kill' } as const;
    const [first, killed] = await runRanks(2, { ...settings, at });
    expect(killed.signal).toBe('SIGKILL');
    expect(first.report?.error?.code).toBe('REPLICAS_LOST');
    expect(first.report?.error?.text).toMatch(/^\[REPLICAS_LOST\] Rank 1 \(process \d+ on /);
    expect(readdirSync(join(kept, 'checkpoints'))).toContain('step-000000005.safetensors');
    // Rank 0 this time, and over the network: rank 1 carries its state to a checkpoint.
    const later = { ...settings, sharedMemory: false, at: { ...at, rank: 0, step: 6 } };
    const [, second] = await runRanks(2, later);
    expect(second.report?.error?.text).toMatch(/^\[REPLICAS_LOST\] Rank 0/);
    expect(readdirSync(join(kept, 'checkpoints'))).toContain('step-000000007.safetensors');
    const [resumed, other] = reportsOf(await runRanks(2, settings));
    expect(resumed.resumed).toBe(true);
    expect(resumed.digest).toBe(unbroken[0].digest);
    expect(other.digest).toBe(resumed.digest);
    expect(resumed.losses).toEqual(unbroken[0].losses);
  });

  it('resume on other numbers of processes: 1, 2, 4 and 1', async () => {
    await pair;
    const [unbroken] = reportsOf([await single]);
    const settings = { ...RUN, folder: folder() };
    const at = (rank: number, step: number) => ({ rank, step, what: 'stop' }) as const;
    const [alone] = reportsOf([await runProcess({ ...settings, at: at(0, 1) })]);
    const interrupt = { rank: 1, step: 3, what: 'interrupt' } as const;
    const two = reportsOf(await runRanks(2, { ...settings, compile: true, at: interrupt }));
    const four = reportsOf(await runRanks(4, { ...settings, at: at(2, 5) }));
    const [last] = reportsOf([await runProcess(settings)]);
    const endsOf = (reports: readonly TinyRunReport[]) => reports.map(({ steps, reason }) => [steps, reason]);
    expect(endsOf([alone])).toEqual([[2, 'enough']]);
    // A signal takes its time; whenever it comes, all ranks stop together.
    const stopped = two[0].steps!;
    expect([4, 5]).toContain(stopped);
    expect(endsOf(two)).toEqual(two.map(() => [stopped, 'interrupted by SIGINT']));
    expect(endsOf(four)).toEqual(four.map(() => [6, 'enough']));
    expect(endsOf([last])).toEqual(endsOf([unbroken]));
    expect([alone, ...two, ...four, last].map(({ resumed }) => resumed)).toEqual([
      false,
      ...[...two, ...four, last].map(() => true),
    ]);
    for (const ranks of [two, four]) expect(new Set(ranks.map(({ digest }) => digest)).size).toBe(1);
    expect(farthest(last.values!, unbroken.values!)).toBeLessThan(1e-6);
    const lines = readFileSync(join(settings.folder, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const steps = lines.map((line) => JSON.parse(line) as { type: string; step: number });
    expect(steps.filter(({ type }) => type === 'step').map(({ step }) => step)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('take statistics of the whole batch where they are asked to: 2, compiled, and 4, of which some have no rows', async () => {
    await pair;
    const settings = { ...RUN, statistics: true };
    const [one] = reportsOf([await runProcess(settings)]);
    const synced = { ...settings, syncBatchNorm: true };
    for (const [size, more] of [
      [2, { compile: true }],
      [4, { sharedMemory: false }],
    ] as const) {
      const ranks = reportsOf(await runRanks(size, { ...synced, ...more }));
      expect(new Set(ranks.map(({ digest }) => digest)).size).toBe(1);
      expect(farthest(ranks[0].values!, one.values!)).toBeLessThan(1e-6);
      expect(ranks[0].messages).toEqual([]);
    }
    const [own] = reportsOf(await runRanks(2, settings));
    expect(farthest(own.values!, one.values!)).toBeGreaterThan(1e-3);
  });

  it('that fail, drift or were started otherwise are named on all of them', async () => {
    await pair;
    const failing = await runRanks(2, { ...RUN, at: { rank: 1, step: 1, what: 'throw' } });
    expect(failing[0].report?.error?.code).toBe('REPLICAS_RANK_FAILED');
    expect(failing[0].report?.error?.text).toContain('an observer of rank 1 fails');
    const drifting = await runRanks(2, { ...RUN, at: { rank: 1, step: 2, what: 'drift' } });
    for (const { report } of drifting) {
      expect(report?.error?.code).toBe('REPLICAS_DRIFTED');
      expect(report?.error?.text).toMatch(/Rank 1 .* variable 'backbone\/kernel' differs/);
    }
    const [other] = await runRanks(2, { ...RUN, seeds: [3, 4] });
    expect(other.report?.error?.text).toContain(
      'Rank 1 differs from rank 0 in seed: expected "3", received "4"',
    );
  });
});
