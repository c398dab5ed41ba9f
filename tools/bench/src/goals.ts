import type { Line } from './line.js';

/** A goal and what was measured. */
export interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly got: string;
  /** Undefined: what it needs was not measured. */
  readonly met?: boolean;
}

/** Its modes; with `, bfloat16` behind them those of autocast. */
const PYTORCH = ['PyTorch, eager', 'PyTorch, torch.compile'];

/**
 * What the project wants to reach, answered from measured lines.
 *
 * @param level What the processor was held to: with `avx2` the step is compared with PyTorch by the goal for that level alone.
 */
export function goals(lines: readonly Line[], level = process.env.EVENKEEL_CPU_LEVEL): readonly Goal[] {
  const medianOf = (suite: string, ...names: string[]): number =>
    Math.min(
      ...lines.filter((line) => line.suite === suite && names.includes(line.name)).map((l) => l.msMedian),
    );
  const moreOf = (suite: string, name: string, key: string): number =>
    lines.find((line) => line.suite === suite && line.name === name)?.more?.[key] ?? NaN;
  const atLeast = (what: string, value: number, least: number, unit: string): Goal =>
    judge(what, `≥ ${least}${unit}`, value, unit, value >= least);
  const atMost = (what: string, value: number, most: number, unit: string): Goal =>
    judge(what, `≤ ${most}${unit}`, value, unit, value <= most);
  const compiled = medianOf('step', 'compiled');
  const half = medianOf('step', 'compiled, bfloat16');
  const pytorch = medianOf('step', ...PYTORCH);
  const pytorchHalf = medianOf('step', ...PYTORCH.map((mode) => `${mode}, bfloat16`));
  const beside =
    level === 'avx2'
      ? [atLeast("float32 step over PyTorch's best in float32, AVX2 alone", pytorch / compiled, 0.95, ' ×')]
      : [
          atLeast("float32 step over PyTorch's best in float32", pytorch / compiled, 1.25, ' ×'),
          atLeast(
            "bfloat16 step over PyTorch's best in any precision",
            Math.min(pytorch, pytorchHalf) / half,
            1.25,
            ' ×',
          ),
        ];
  return [
    ...beside,
    atLeast(
      'float32 step over tf.function',
      medianOf('step', 'TensorFlow, tf.function') / compiled,
      1.5,
      ' ×',
    ),
    atLeast(
      'bfloat16 step over tf.function',
      medianOf('step', 'TensorFlow, tf.function, bfloat16') / half,
      1.5,
      ' ×',
    ),
    atLeast(
      'compiled step over plain TensorFlow.js',
      medianOf('step', 'plain TensorFlow.js') / compiled,
      3,
      ' ×',
    ),
    atMost(
      "peak memory of a float32 step over PyTorch's",
      moreOf('step', 'compiled', 'peak MiB') /
        Math.min(...PYTORCH.map((mode) => moreOf('step', mode, 'peak MiB'))),
      1,
      ' ×',
    ),
    atMost(
      "peak memory of a bfloat16 step over PyTorch's",
      moreOf('step', 'compiled, bfloat16', 'peak MiB') /
        Math.min(...PYTORCH.map((mode) => moreOf('step', `${mode}, bfloat16`, 'peak MiB'))),
      1,
      ' ×',
    ),
    atLeast(
      "ResNet-50, float32 over PyTorch's best in float32",
      medianOf('resnet50', ...PYTORCH) / medianOf('resnet50', 'compiled'),
      1,
      ' ×',
    ),
    atLeast(
      "ResNet-50, bfloat16 over PyTorch's best in any precision",
      medianOf('resnet50', ...PYTORCH, ...PYTORCH.map((mode) => `${mode}, bfloat16`)) /
        medianOf('resnet50', 'compiled, bfloat16'),
      1,
      ' ×',
    ),
    atMost('trainer over a hand-written loop', moreOf('overhead', 'trainer', 'added %'), 1, ' %'),
    atMost(
      'empty plugins, per handler and step',
      moreOf('overhead', '16 plugins', 'µs per handler'),
      10,
      ' µs',
    ),
    atMost('tensors that 10,000 steps leave', moreOf('overhead', 'growth', 'tensors'), 0, ''),
    atMost('plan of ImageNet-LT size', medianOf('samplers', 'b3rs + bet, ImageNet-LT'), 50, ' ms'),
    atMost('plan of iNaturalist 2018 size', medianOf('samplers', 'b3rs + bet, iNaturalist 2018'), 200, ' ms'),
    atMost('slowest setting of such a plan', slowestPlan(lines), 500, ' ms'),
    atLeast(
      'plan over WeightedRandomSampler, ImageNet-LT',
      medianOf('samplers', 'WeightedRandomSampler in batches, ImageNet-LT') /
        medianOf('samplers', 'b3rs + bet, ImageNet-LT'),
      10,
      ' ×',
    ),
    atLeast(
      'plan over WeightedRandomSampler, iNaturalist 2018',
      medianOf('samplers', 'WeightedRandomSampler in batches, iNaturalist 2018') /
        medianOf('samplers', 'b3rs + bet, iNaturalist 2018'),
      10,
      ' ×',
    ),
    atMost('share of time that steps wait for data', moreOf('reader', 'trainer', 'waited %'), 2, ' %'),
    atLeast(
      "folder of images over PyTorch's DataLoader",
      medianOf('images', "PyTorch's DataLoader") / medianOf('images', 'folder'),
      1.5,
      ' ×',
    ),
    atLeast(
      "prepared shards over PyTorch's DataLoader",
      medianOf('images', "PyTorch's DataLoader") / medianOf('images', 'prepared shards'),
      3,
      ' ×',
    ),
    atMost('whitening at d = 64', moreOf('whitening', 'resnet32 with whitening', 'added %'), 2, ' %'),
    atMost(
      'whitening at d = 64, of a bfloat16 step',
      moreOf('whitening', 'resnet32, bfloat16 with whitening', 'added %'),
      2,
      ' %',
    ),
    atMost('whitening at d = 512', moreOf('whitening', 'resnet10 with whitening', 'added %'), 10, ' %'),
    atMost(
      'diagnostics, share of an epoch',
      moreOf('diagnostics', 'a look, b3rs + bet', '% by default'),
      3,
      ' %',
    ),
    atMost(
      "all-reduce of 0.46 M floats over Gloo's",
      medianOf('replicas', 'all-reduce in memory, 0.46 M') /
        medianOf('replicas', "all-reduce, PyTorch's Gloo, 0.46 M"),
      1,
      ' ×',
    ),
    atMost(
      "all-reduce of 25.6 M floats over Gloo's",
      medianOf('replicas', 'all-reduce in memory, 25.6 M') /
        medianOf('replicas', "all-reduce, PyTorch's Gloo, 25.6 M"),
      1,
      ' ×',
    ),
    atMost('reduction, share of a step on 2 ranks', moreOf('replicas', '2 ranks', 'reduction %'), 5, ' %'),
    atLeast(
      'one process over 2 ranks of half the threads',
      medianOf('replicas', '1 process, all threads') / medianOf('replicas', '2 ranks'),
      1.1,
      ' ×',
    ),
    atLeast(
      'wasm over cpu, small ResNet',
      medianOf('backends', 'cpu') / medianOf('backends', 'wasm'),
      10,
      ' ×',
    ),
  ];
}

/** Milliseconds of the slowest plan of ours. */
function slowestPlan(lines: readonly Line[]): number {
  const ours = lines.filter(({ suite, name }) => suite === 'samplers' && !/WeightedRandom|NumPy/.test(name));
  return Math.max(...ours.map(({ msMedian }) => msMedian));
}

function judge(what: string, wanted: string, value: number, unit: string, met: boolean): Goal {
  return Number.isFinite(value)
    ? { what, wanted, got: `${Number(value.toPrecision(3))}${unit}`, met }
    : { what, wanted, got: '–' };
}
