import { cifar10LT } from '@evenkeel/datasets-lt';
import { resnet32 } from '@evenkeel/models';
import { logitAdjust } from '@evenkeel/plugin-logit-adjust';
import { compileStep } from '@evenkeel/tfjs-runtime';
import { useBackend } from '@evenkeel/tfjs-runtime/node';
import { accuracy, createTrainer, cosine, oneCycle, sgd } from '@evenkeel/trainer-core';
await useBackend('native');
const S = {
  'cycle .1 .3': oneCycle({ peak: 0.1 }),
  'cycle .2 .2': oneCycle({ peak: 0.2, warmupFraction: 0.2 }),
  'cosine .1': cosine({ base: 0.1, warmupEpochs: 1 }),
  'cycle .1 .15': oneCycle({ peak: 0.1, warmupFraction: 0.15 }),
};
const data = await cifar10LT({ imbalance: 100, dataDir: '/tmp/cifar', validation: 0.1 }).load();
for (const name of Object.keys(S)) {
  const t = createTrainer({ data, model: resnet32(), optimizer: sgd({ momentum: 0.9, weightDecay: 2e-4 }), schedule: S[name], compile: compileStep,
    metrics: [accuracy()], plugins: [logitAdjust()], seed: 1 });
  t.hooks.epoch$.subscribe((e) => e.type === 'epoch-end' && console.log(name, e.position.epoch, e.loss.toFixed(3), e.imagesPerSecond.toFixed(0)));
  const r = await t.fit({ epochs: 4, evaluateEvery: 4 });
  const tr = await t.evaluate({ split: 'train' });
  const f = (m) => ['all', 'balanced', 'many', 'medium', 'few'].map((k) => k + ' ' + (m[k] * 100).toFixed(1)).join(' ');
  console.log(name, 'VAL', f(r.evaluation), 'TRAIN', f(tr));
  await t.dispose();
}
