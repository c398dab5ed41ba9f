import { shotGroupsOf } from '@evenkeel/trainer-core';

/** What a long run is made of. */
export interface LongRunOptions {
  readonly epochs?: number;
  readonly classes?: number;
  readonly stepsPerEpoch?: number;
  /** A step has a line every so many steps. */
  readonly everySteps?: number;
  readonly channels?: number;
  /** Examples of the probe set. */
  readonly probe?: number;
  /** A look after every so many epochs. */
  readonly lookEvery?: number;
  readonly seed?: number;
  /** Adds what B3RS, BET and whitening do to the picture. */
  readonly balanced?: boolean;
}

const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** Lines of a run's `metrics.jsonl` as `metricsFile`, `measurements` and `diagnostics` write them; the numbers are made up. */
export function longRun(options: LongRunOptions = {}): string[] {
  const { epochs = 200, classes = 10, stepsPerEpoch = 100, everySteps = 50, channels = 64 } = options;
  const { probe = 512, lookEvery = 3, seed = 1, balanced = false } = options;
  let draws = 1000 * seed;
  // Irregular enough for a picture, and fast.
  const noise = (scale: number) => scale * 1.4 * Math.sin(++draws * 12.9898 + (draws % 1009) ** 2 * 0.37);
  const classCounts = Array.from({ length: classes }, (_, c) =>
    Math.round(5000 * 0.002 ** (c / (classes - 1))),
  );
  const classNames = classCounts.map((_, c) => (classes === NAMES.length ? NAMES[c] : `class-${c}`));
  const shotGroups = shotGroupsOf(classCounts);
  const batches = epochs * stepsPerEpoch;
  const lines: object[] = [
    {
      type: 'fit',
      epoch: 0,
      step: 0,
      epochs,
      batches,
      batchSize: 128,
      data: 'made-up-lt (imbalance 500)',
      classNames,
      classCounts,
      shotGroups,
    },
  ];
  const tagOf = (step: number) => (balanced && step % 4 === 3 ? 'embedded' : 'base');
  const drawn = (tag: string) =>
    classCounts.map((count) =>
      Math.max(0, Math.round((tag === 'base' ? count / 12406 : 1 / classes) * 128 + noise(1))),
    );
  for (let epoch = 0; epoch < epochs; epoch++) {
    const done = (epoch + 1) / epochs;
    const learningRate = 0.05 * (1 + Math.cos(Math.PI * done));
    const loss = 0.1 + 2 * Math.exp(-4 * done);
    for (let at = everySteps - 1; at < stepsPerEpoch; at += everySteps) {
      const step = epoch * stepsPerEpoch + at;
      const logged = {
        gradientNorm: Math.exp(noise(0.2)) * (1 + done),
        weightNorm: 30 + 20 * done + noise(0.05),
      };
      lines.push({
        type: 'step',
        epoch,
        step: step + 1,
        tag: tagOf(step),
        loss: Math.max(0.01, loss + noise(0.08)),
        learningRate,
        logged,
      });
    }
    const step = (epoch + 1) * stepsPerEpoch;
    const inspection = (name: string, values: object) => ({
      type: 'inspection',
      name,
      epoch,
      step,
      seconds: 0.5,
      values,
    });
    const first = Array.from({ length: 48 }, (_, batch) => drawn(tagOf(batch)));
    lines.push(
      inspection('measurements', {
        'batches.base': balanced ? stepsPerEpoch * 0.75 : stepsPerEpoch,
        'drawn.base': drawn('base').map((count) => count * stepsPerEpoch),
        ...(balanced && {
          'batches.embedded': stepsPerEpoch / 4,
          'drawn.embedded': drawn('embedded').map((count) => (count * stepsPerEpoch) / 4),
        }),
        firstBatches: first.flat(),
        firstTags: first.map((_, batch) => (tagOf(batch) === 'base' ? 0 : 1)),
        memoryBytes: 9e8 + 1e6 * epoch,
        tensorBytes: 2.1e7,
        tensors: 412,
      }),
    );
    if (balanced && epoch === 0) {
      lines.push(inspection('b3rs', { block: classCounts.map((_, c) => Math.floor((3 * c) / classes)) }));
    }
    if ((epoch + 1) % lookEvery === 0) lines.push(inspection('diagnostics', looks(done)));
    const perClass = classCounts.map((_, c) => {
      const far = c / (classes - 1);
      const most = 0.97 - (balanced ? 0.25 : 0.6) * far;
      return Math.min(1, Math.max(0, most * (1 - Math.exp(-6 * done)) + noise(0.015)));
    });
    const mean = (shot: string) => {
      const values = perClass.filter((_, c) => shot === 'all' || shotGroups[c] === shot);
      return values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null;
    };
    const confusion = perClass.flatMap((accuracy, c) =>
      perClass.map((_, p) =>
        Math.round(
          1000 * (c === p ? accuracy : ((1 - accuracy) * (classes - p)) / ((classes * classes) / 2)),
        ),
      ),
    );
    lines.push({
      type: 'epoch',
      epoch,
      step,
      loss,
      imagesPerSecond: 2400 + noise(60),
      readShare: Math.abs(0.03 + noise(0.01)),
      all: mean('all'),
      many: mean('many'),
      medium: mean('medium'),
      few: mean('few'),
      perClass,
      confusion,
    });
  }
  return lines.map((line) => JSON.stringify(line));

  function looks(done: number): object {
    const stage = (prefix: string, white: number) => {
      const correlation = Array.from({ length: channels * channels }, (_, at) => {
        const [i, j] = [Math.floor(at / channels), at % channels];
        return i === j
          ? 1
          : Number(((1 - white) * 0.8 * Math.cos((i - j) / 4) * (1 - 0.5 * done)).toPrecision(3));
      });
      const singular = Array.from({ length: channels }, (_, rank) =>
        Math.exp((-rank / channels) * 8 * (1 - white)),
      );
      const projection = Array.from({ length: probe }, (_, at) => {
        const angle = ((at % classes) / classes) * 2 * Math.PI;
        return [3 * done * Math.cos(angle) + noise(0.5), 3 * done * Math.sin(angle) + noise(0.5)];
      });
      return {
        [`${prefix}Correlation`]: 0.5 * (1 - white),
        [`${prefix}EffectiveRank`]: channels * (0.2 + 0.7 * white) + done,
        [`${prefix}Residual`]: 1 - white + 0.01,
        [`${prefix}Entropy`]: 3,
        [`${prefix}TraceNorm`]: 10,
        [`${prefix}SingularValues`]: singular,
        [`${prefix}CorrelationMatrix`]: correlation,
        [`${prefix}Projection`]: projection.flat().map((value) => Number(value.toPrecision(4))),
      };
    };
    const byClass = (from: number, to: number) =>
      classCounts.map((_, c) => from + ((to - from) * c) / classes + noise(0.02));
    return {
      examples: probe,
      probeLabels: Array.from({ length: probe }, (_, at) => at % classes),
      ...stage('raw', 0.1),
      ...stage('feature', balanced ? 0.9 : 0.1),
      hessianCondition: 1000 * (1 + done),
      hessianConditionKronecker: null,
      gradientMeanCosine: -0.1 + noise(0.01),
      gradientNorms: byClass(0.2, 1.2),
      gradientCosines: byClass(0.4, -0.3),
      margins: byClass(4, -1),
      weightNorms: byClass(1.4, 0.6),
      'drift.base': 0.2 + noise(0.01),
      'traceNorm.base': 12 + noise(0.1),
    };
  }
}
