import { compileStep } from '@evenkeel/compiled-step';
import type { Precision } from '@evenkeel/compiled-step';
import { here, interleave } from '../interleave.js';
import type { Contestant } from '../interleave.js';
import { linesOf } from '../line.js';
import type { Line } from '../line.js';
import { ownPeak, peerPeak, withPeaks } from '../peak-memory.js';
import { handWritten } from '../programs/hand-written.js';
import type { HandWrittenOptions } from '../programs/hand-written.js';
import { naiveResNet } from '../programs/naive-resnet.js';
import { predicting } from '../programs/predicting.js';
import { randomBatch } from '../programs/random-batch.js';
import { stepWork } from '../programs/step-work.js';
import type { StepNetwork } from '../programs/step-work.js';
import type { Suite, SuiteContext } from '../suite.js';

/** Steps of a process whose peak memory is measured: recorded, looked at again, replayed. */
const STEPS_TO_PEAK = 4;

/**
 * One step of ResNet-32 at CIFAR's shapes: compiled in both precisions, op by op, as a user of TensorFlow.js writes it, and by
 * peers in all their modes; and a batch of predictions.
 */
export const stepSuite: Suite = async (context) => {
  await context.useFastest();
  const { settings, batch, peer } = stepWork('resnet32', context.quick);
  const eager = handWritten(settings);
  const naive = naiveResNet({ width: peer.width as number, blocks: peer.blocks as number });
  const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
  try {
    return await measureSteps(
      'step',
      'resnet32',
      context,
      ['torch_step.py', 'tensorflow_step.py'],
      [
        here('op by op', () => eager.step(inputs)),
        here('plain TensorFlow.js', () => naive.step(inputs.images, inputs.targets)),
      ],
    );
  } finally {
    for (const program of [eager, naive, ...Object.values(inputs)]) program.dispose();
  }
};

/** One step of ResNet-50 at 224×224, batch 32, in both precisions, and by PyTorch in all its modes; and a batch of predictions. */
export const resnet50Suite: Suite = async (context) => {
  await context.useFastest();
  return measureSteps('resnet50', 'resnet50', context, ['torch_step.py'], []);
};

/** Times compiled steps and predictions of ours, `others` and the peers of some scripts in turns, then the peaks of their memory. */
async function measureSteps(
  suite: string,
  network: StepNetwork,
  { quick, peers, turns, note, progress }: SuiteContext,
  scripts: readonly string[],
  others: readonly Contestant[],
): Promise<readonly Line[]> {
  const { settings, batch, peer } = stepWork(network, quick);
  const inputs = randomBatch(batch, settings.exampleShape, settings.classes);
  const compiled = handWritten({ ...settings, compile: compileStep });
  const half = handWritten({ ...settings, compile: inBfloat16(note) });
  const predictions = PRECISIONS.map((precision) => predicting(settings, precision));
  const programs = [];
  try {
    for (const script of peers ? scripts : []) {
      const program = await peers!.start(script, peer);
      programs.push({ ...program, script });
      note(program.description);
    }
    const contestants = [
      here('compiled', () => compiled.step(inputs)),
      here('compiled, bfloat16', () => half.step(inputs)),
      ...others,
      ...programs.flatMap((program) => program.contestants),
      ...predictions.map(({ name, run }) => here(name, () => run(inputs.images))),
    ];
    const isLarge = network === 'resnet50';
    const times = await interleave(
      contestants,
      turns(suite, isLarge ? { rounds: 5, steps: 1, warmup: 3 } : { rounds: 10, steps: 3, warmup: 4 }),
    );
    for (const program of programs) await program.close();
    const peaks = new Map<string, number | undefined>();
    const modes = programs.flatMap(({ contestants, script }) =>
      contestants.map(({ name }) => ({ name, script })),
    );
    for (const precision of PRECISIONS) {
      const name = precision === 'float32' ? 'compiled' : 'compiled, bfloat16';
      progress(`${suite}, memory`, peaks.size, modes.length + 2);
      peaks.set(name, await ownPeak({ network, precision, quick, steps: STEPS_TO_PEAK }));
    }
    for (const { name, script } of modes) {
      progress(`${suite}, memory`, peaks.size, modes.length + 2);
      peaks.set(name, await peerPeak(peers!, script, peer, name, STEPS_TO_PEAK));
    }
    return withPeaks(linesOf(suite, times, { images: batch, base: 'compiled' }), peaks);
  } finally {
    for (const program of programs) await program.close();
    for (const program of [compiled, half, ...predictions, ...Object.values(inputs)]) program.dispose();
  }
}

const PRECISIONS: readonly Precision[] = ['float32', 'bfloat16'];

/** Compiles in bfloat16, and notes where that is float32 here. */
function inBfloat16(note: (text: string) => void): NonNullable<HandWrittenOptions['compile']> {
  return (step) => compileStep(step, { precision: 'bfloat16', onMessage: note });
}
