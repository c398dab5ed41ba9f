import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { autoOrder } from './auto-order.js';
import { benchBackend } from './bench-backend.js';
import { BACKEND_NAMES } from './backend-names.js';
import { machineKey, readBenchRecord, writeBenchRecord } from './bench-record.js';
import { useBackend } from './use-backend.js';

const speed = (name: (typeof BACKEND_NAMES)[number], imagesPerSecond: number) => ({
  name,
  imagesPerSecond,
  steps: 3,
});

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  vi.stubEnv('EVENKEEL_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

describe('the order of auto', () => {
  it('is that of BACKEND_NAMES where nothing was measured here', () => {
    expect(readBenchRecord()).toBeUndefined();
    expect(autoOrder()).toEqual(BACKEND_NAMES);
    const record = { machine: `not ${machineKey()}`, date: '', speeds: [speed('cpu', 9)] };
    writeFileSync(join(cache, 'backend-speeds.json'), JSON.stringify(record));
    expect(autoOrder()).toEqual(BACKEND_NAMES);
    writeFileSync(join(cache, 'backend-speeds.json'), '{"machine": 1');
    expect(autoOrder()).toEqual(BACKEND_NAMES);
    for (const speeds of [undefined, [null], [{ name: 'cpu' }], [{ name: 'gpu', imagesPerSecond: 9 }]]) {
      const damaged = { machine: machineKey(), date: '', speeds };
      writeFileSync(join(cache, 'backend-speeds.json'), JSON.stringify(damaged));
      expect(autoOrder()).toEqual(BACKEND_NAMES);
    }
  });

  it('has first what was measured, by speed, then the others', () => {
    const record = writeBenchRecord([speed('wasm', 20), speed('webgpu', 500), speed('native', 300)]);
    expect(readBenchRecord()).toEqual(record);
    expect(readdirSync(cache)).toEqual(['backend-speeds.json']);
    expect(autoOrder()).toEqual(['webgpu', 'native', 'wasm', 'native-gpu', 'cpu']);
  });

  it('is what auto follows', async () => {
    writeBenchRecord([speed('cpu', 2), speed('wasm', 1)]);
    expect((await useBackend('auto', { onMessage: () => undefined })).name).toBe('cpu');
  });
});

describe('benchBackend', () => {
  it('trains at least once, and tells how many images a second that was', async () => {
    const { name, imagesPerSecond, steps } = await benchBackend('wasm', { threads: 1, seconds: 0 });
    expect([name, steps]).toEqual(['wasm', 1]);
    expect(imagesPerSecond).toBeGreaterThan(0);
    expect(imagesPerSecond).toBeLessThan(1e6);
  });
});
