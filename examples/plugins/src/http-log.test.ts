import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTrainer } from '@evenkeel/trainer-core';
import type { PluginInput } from '@evenkeel/trainer-core';
import { describePlugin, tinyBackbone, tinyDataset, useCpuBackend } from '@evenkeel/trainer-testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { following } from './following.fixture.js';
import { httpLog } from './http-log.js';

let status = 200;
const received: { type: string; position: { step: number } }[] = [];
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push(...(JSON.parse(body) as typeof received));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describePlugin('httpLog', () => httpLog({ url }), {
  observer: true,
  wrongOptions: [
    { what: 'no address', make: () => httpLog({ url: '' }), code: 'EXAMPLE_BAD_OPTION', option: 'url' },
  ],
});

describe('httpLog', () => {
  beforeAll(useCpuBackend);
  const run = async (beside: PluginInput = []) => {
    const plugins = [beside, httpLog({ url, everySteps: 4 })];
    const trainer = createTrainer({ data: tinyDataset(), model: tinyBackbone(), batchSize: 6, plugins });
    await trainer.fit({ epochs: 1 });
    await trainer.dispose();
  };

  it('has sent everything, in order, when dispose is over', async () => {
    received.length = 0;
    await run();
    expect(received.map(({ type }) => type)).toEqual(['step-end', 'evaluation-end', 'epoch-end', 'fit-end']);
    expect(received[0].position.step).toBe(3);
  });

  it('leaves posting to the process that leads, and takes over when that is this one', async () => {
    received.length = 0;
    await run(following());
    expect(received).toEqual([]);
    await run(following(5)); // six steps
    expect(received.map(({ type }) => type)).toEqual(['evaluation-end', 'epoch-end', 'fit-end']);
  });

  it('says at the end that something was not taken', async () => {
    status = 503;
    await expect(run()).rejects.toThrow(/EXAMPLE_NOT_SENT.*status 503/);
    status = 200;
  });
});
