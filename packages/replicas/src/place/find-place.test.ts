import { describe, expect, it } from 'vitest';
import { findPlace } from './find-place.js';
import { hostList } from './host-list.js';

describe('findPlace', () => {
  it('finds nothing where nothing is said, or one process', () => {
    expect(findPlace({})).toBeUndefined();
    expect(findPlace({ EVENKEEL_CLUSTER: '' })).toBeUndefined();
    expect(findPlace({ EVENKEEL_CLUSTER: '0/1@127.0.0.1:29500' })).toBeUndefined();
    expect(findPlace({ SLURM_PROCID: '0', SLURM_STEP_NUM_TASKS: '1' })).toBeUndefined();
    // An array of a grid has this index too.
    expect(findPlace({ JOB_COMPLETION_INDEX: '3' })).toBeUndefined();
  });

  it('reads what evenkeel run sets', () => {
    const place = findPlace({ EVENKEEL_CLUSTER: '1/4@[::1]:4000', EVENKEEL_START: 'a' });
    expect(place).toEqual({ rank: 1, size: 4, leader: { host: '::1', port: 4000 }, start: 'a' });
  });

  it.each(['2/2@a:1', 'x', '0/2', '0/2@a:0', '0/2@a:70000'])('refuses %s', (text) => {
    expect(() => findPlace({ EVENKEEL_CLUSTER: text })).toThrow(/REPLICAS_BAD_ENVIRONMENT.*EVENKEEL_CLUSTER/);
  });

  it('reads a step of Slurm', () => {
    const step = { SLURM_PROCID: '2', SLURM_STEP_NUM_TASKS: '3', SLURM_STEP_NODELIST: 'gpu[07-09]' };
    const place = findPlace({ ...step, SLURM_JOB_ID: '1002', SLURM_STEP_ID: '0' });
    expect(place).toEqual({
      rank: 2,
      size: 3,
      leader: { host: 'gpu07', port: 29_564 },
      start: 'slurm 1002.0',
    });
    expect(() => findPlace({ ...step, SLURM_STEP_NODELIST: '' })).toThrow(/SLURM_STEP_NODELIST/);
  });

  it('reads an indexed job of Kubernetes', () => {
    const pod = { JOB_COMPLETION_INDEX: '1', EVENKEEL_SIZE: '2' };
    const place = findPlace({ ...pod, EVENKEEL_LEADER: 'train-0.train' });
    expect(place).toMatchObject({ rank: 1, size: 2, leader: { host: 'train-0.train', port: 29_500 } });
    expect(() => findPlace(pod)).toThrow(/EVENKEEL_LEADER/);
    expect(() => findPlace({ ...pod, EVENKEEL_SIZE: '1', EVENKEEL_LEADER: 'a' })).toThrow(/EVENKEEL_SIZE/);
  });
});

describe('hostList', () => {
  // The first two as `scontrol show hostnames` writes them out (Slurm's manual).
  it.each([
    ['node[1-3,7],login', ['node1', 'node2', 'node3', 'node7', 'login']],
    ['gpu[08-10]', ['gpu08', 'gpu09', 'gpu10']],
    ['a', ['a']],
    ['rack[1-2]n[1-2]', ['rack1n1', 'rack1n2', 'rack2n1', 'rack2n2']],
    ['', []],
  ])('%s', (text, names) => expect(hostList(text)).toEqual(names));
});
