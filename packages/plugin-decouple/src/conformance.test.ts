import { describePlugin, useCpuBackend } from '@evenkeel/trainer-testing';
import { cRT, lws, ncm, tauNorm } from './index.js';
import { data, firstStage, model } from './stages.fixture.js';

await useCpuBackend();
const { store: from } = await firstStage();
const trainer = { data, model, batchSize: 16 };

const noFirstStage = (make: (options: { readonly from: never }) => unknown) => ({
  what: 'no first stage',
  make: () => make({ from: undefined as never }),
  code: 'DECOUPLE_NO_FIRST_STAGE',
});

describePlugin('cRT', () => cRT({ from }), { trainer, wrongOptions: [noFirstStage(cRT)] });
describePlugin('lws', () => lws({ from }), { trainer, wrongOptions: [noFirstStage(lws)] });
describePlugin('tauNorm', () => tauNorm({ from }), {
  trainer,
  wrongOptions: [
    noFirstStage(tauNorm),
    {
      what: 'a negative tau',
      make: () => tauNorm({ from, tau: -1 }),
      code: 'DECOUPLE_BAD_OPTION',
      option: 'tau',
    },
  ],
});
describePlugin('ncm', () => ncm({ from, features: 'centred' }), {
  trainer,
  wrongOptions: [
    noFirstStage(ncm),
    {
      what: 'unknown features',
      make: () => ncm({ from, features: 'white' as 'centred' }),
      code: 'DECOUPLE_BAD_OPTION',
      option: 'features',
    },
  ],
});
