import { describePlugin, useCpuBackend } from '@evenkeel/trainer-testing';
import { cRT, lws, ncm, tauNorm } from './index.js';
import { data, firstStage, model } from './stages.fixture.js';

await useCpuBackend();
const { store: from } = await firstStage();
const trainer = { data, model, batchSize: 16 };

describePlugin('cRT', () => cRT({ from }), { trainer, beside: { lws: () => lws({ from }) } });
describePlugin('lws', () => lws({ from }), { trainer });
describePlugin('tauNorm', () => tauNorm({ from }), { trainer, beside: { ncm: () => ncm({ from }) } });
describePlugin('ncm', () => ncm({ from, features: 'centred' }), { trainer });
