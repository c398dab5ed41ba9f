import { batchesByTag, newestAccuracy } from './bar-figures.js';
import { Card, tableOf } from './card.js';
import { BarList } from './charts/bar-list.js';
import { LineChart } from './charts/line-chart.js';
import type { LineData } from './charts/line-chart.js';
import { MatrixChart } from './charts/matrix-chart.js';
import type { MatrixData } from './charts/matrix-chart.js';
import { ScatterChart } from './charts/scatter-chart.js';
import { EpochSlider } from './epoch-slider.js';
import { h } from './dom.js';
import { byClass, byRank, overEpochs, overSteps } from './line-figures.js';
import type { LineLook, Value } from './line-figures.js';
import { blocksOf, confusionOf, correlation, firstBatches, projection } from './matrix-figures.js';
import { otherFigures } from './other-figures.js';
import { allRuns, classNamesOf, shownRuns } from './runs.js';
import type { ShownRun } from './runs.js';
import { section } from './section.js';
import type { Section } from './section.js';

/** Lines: the value of one thing for all runs. */
function lines(
  title: string,
  meaning: string,
  data: () => LineData | undefined,
  wide = false,
): Card<LineData> {
  return new Card(title, meaning, (readout) => new LineChart(readout), data, wide);
}

function epochs(title: string, meaning: string, values: string | readonly Value[], look?: LineLook) {
  const all = typeof values === 'string' ? [{ key: values }] : values;
  return lines(title, meaning, () => overEpochs(all, look));
}

/** The page's sections, in order. */
export function makeSections(): readonly Section[] {
  return [accuracy(), training(), batches(), features(), optimisation(), machine(), others()];
}

function accuracy(): Section {
  const slider = new EpochSlider(['perClass', 'confusion']);
  const evaluations = (key: string) =>
    Math.max(0, ...shownRuns().map((run) => run.record.scalars.get(key)?.epochs.length ?? 0));
  const over = (key: string, title: string, meaning: string) =>
    lines(title, meaning, () =>
      evaluations(key) > 1 ? overEpochs([{ key }], { unit: 'share' }) : undefined,
    );
  return section(
    'accuracy',
    'Accuracy',
    'Of the data that the run evaluates: its validation part, or the test images.',
    {
      cards: [
        new Card(
          'Newest evaluation',
          'Share of images that are recognised; shot groups are means over their classes.',
          () => new BarList(),
          () => (evaluations('all') > 1 ? undefined : newestAccuracy()),
        ),
        over('all', 'All', 'Share of all images that are recognised.'),
        over('many', 'Many-shot', 'Mean over classes with many training images.'),
        over('medium', 'Medium-shot', 'Mean over classes in between.'),
        over('few', 'Few-shot', 'Mean over classes with few training images.'),
      ],
      slider,
      after: [
        lines(
          'By class, ordered by class size',
          'Accuracy of every class (left axis), from the one with the most training images to the one with the fewest (grey bars, right axis).',
          () => byClass([{ key: 'perClass' }], { unit: 'share' }, slider.epoch),
          true,
        ),
      ],
      perRun: (run) => [
        matrix(
          run,
          'Confusion',
          'Rows: true classes, columns: predicted ones, both by class size. Share of the true class.',
          () => confusionOf(run, slider.epoch),
        ),
      ],
    },
  );
}

function training(): Section {
  return section(
    'loss',
    'Loss and learning rate',
    'Over steps; where a point stands for several, their mean, with least and largest as a band.',
    {
      cards: [
        lines(
          'Loss per step',
          'Of the batch, auxiliary losses and penalties included.',
          () => overSteps('loss', { band: true }),
          true,
        ),
        lines('Learning rate', 'Of every step.', () => overSteps('learningRate')),
        epochs('Loss per epoch', 'Mean over the examples of the epoch.', 'loss'),
      ],
    },
  );
}

function batches(): Section {
  const slider = new EpochSlider(['measurements.firstBatches']);
  const drawn = (): LineData | undefined => {
    const tags = [...new Set(shownRuns().flatMap(({ record }) => [...record.lists.keys()]))]
      .filter((key) => key.startsWith('measurements.drawn.'))
      .sort()
      .map((key) => ({ key, label: `${key.slice('measurements.drawn.'.length)} batches` }));
    return tags.length > 0 ? byClass(tags, { log: true, sameAxis: true }, slider.epoch) : undefined;
  };
  return section('batches', 'Batches', 'What the sampler put into them.', {
    slider,
    after: [
      lines(
        'How often each class was drawn',
        'Images of every class in the epoch’s batches, by tag; grey bars: its training images.',
        drawn,
        true,
      ),
      new Card('Batches by tag', 'Batches of the newest epoch.', () => new BarList(), batchesByTag),
    ],
    perRun: (run) => [
      matrix(
        run,
        'First batches of the epoch',
        'Rows: classes by size, columns: batches; colour: images. Lines part blocks.',
        () => firstBatches(run, slider.epoch),
      ),
    ],
    extra: blockTable,
  });
}

/** The blocks of the runs that have some, as a table. */
function blockTable(): HTMLElement | undefined {
  const rows = shownRuns().flatMap((run) => {
    const blocks = blocksOf(run);
    if (!blocks) return [];
    const { classCounts = [] } = run.record.facts;
    const names = classNamesOf(run, blocks.length);
    return [...new Set(blocks)]
      .sort((a, b) => a - b)
      .map((block) => {
        const classes = [...blocks.keys()].filter((label) => blocks[label] === block);
        const images = classes.reduce((sum, label) => sum + (classCounts[label] ?? 0), 0);
        const list = classes.slice(0, 8).map((label) => names[label]);
        const more = classes.length > 8 ? ` and ${classes.length - 8} more` : '';
        return [
          run.record.name,
          String(block + 1),
          String(classes.length),
          images.toLocaleString('en'),
          list.join(', ') + more,
        ];
      });
  });
  if (rows.length === 0) return undefined;
  return h(
    'div',
    { class: 'card wide-card' },
    h('h3', {}, 'Blocks'),
    tableOf(['run', 'block', 'classes', 'training images', 'names'], rows, 'Blocks'),
  );
}

const STAGES = [
  { prefix: 'raw', label: 'before', title: 'before whitening' },
  { prefix: 'feature', label: 'after', title: 'as the classifier sees them' },
] as const;

const both = (name: string): readonly Value[] =>
  STAGES.map(({ prefix, label }) => ({ key: `${prefix}${name}`, label }));

function features(): Section {
  const slider = new EpochSlider(['rawCorrelationMatrix', 'featureCorrelationMatrix', 'featureProjection']);
  return section(
    'features',
    'Features',
    'Of the probe set: as the backbone gives them (before, solid) and as the classifier sees them (after, dashed).',
    {
      cards: [
        epochs(
          'Effective rank',
          'exp(H), H = −Σ p ln p with p = σ / Σσ: how many directions are in use.',
          both('EffectiveRank'),
        ),
        epochs('Channel correlation', 'Mean of |r| over pairs of channels.', both('Correlation')),
        epochs(
          'Distance from white',
          '‖Σ − I‖ / √d with the whole covariance Σ: 0 is white.',
          both('Residual'),
        ),
      ],
      slider,
      after: [
        lines(
          'Singular spectrum',
          'σ of the centred features over √n, descending.',
          () => byRank(both('SingularValues'), { log: true }, slider.epoch),
          true,
        ),
      ],
      perRun: (run) => [
        ...STAGES.map(({ prefix, title }) =>
          matrix(run, `Correlation, ${title}`, 'r of every pair of channels.', () =>
            correlation(run, `${prefix}CorrelationMatrix`, slider.epoch),
          ),
        ),
        ...STAGES.map(
          ({ prefix, title }) =>
            new Card(
              titleOf(run, `Projection, ${title}`),
              'The probe set in the plane of its two largest variances, by shot.',
              (readout) => new ScatterChart(readout),
              () => projection(run, `${prefix}Projection`, slider.epoch),
            ),
        ),
      ],
    },
  );
}

function optimisation(): Section {
  const tagged = (kind: string): readonly Value[] =>
    [...new Set(allRuns().flatMap(({ record }) => [...record.scalars.keys()]))]
      .filter((key) => key.startsWith(`${kind}.`))
      .sort()
      .map((key) => ({ key, label: `${key.slice(kind.length + 1)} batches` }));
  return section(
    'optimisation',
    'Gradients and weights',
    'Norms of every step, and what the classifier’s problem looks like on the probe set.',
    {
      cards: [
        lines('Gradient norm', '‖g‖ over all weights that the batch may change, before clipping.', () =>
          overSteps('gradientNorm', { log: true }),
        ),
        lines('Weight norm', '‖w‖ over the same weights.', () => overSteps('weightNorm')),
        epochs(
          'Condition number of the classifier’s Hessian',
          'Largest over smallest eigenvalue of (1/n) Σ (diag(p) − p pᵀ) ⊗ x xᵀ; with Kronecker factors where it is too large.',
          [{ key: 'hessianCondition' }, { key: 'hessianConditionKronecker', label: 'Kronecker' }],
          { log: true },
        ),
        epochs(
          'Agreement of the classes’ gradients',
          'Mean cosine of G_c and G_c′ over pairs of classes, G_c the mean of x (p − y)ᵀ over the class.',
          'gradientMeanCosine',
        ),
        lines('Covariance drift', '1 − tr(A B) / (‖A‖ ‖B‖) of one batch’s raw features and the next.', () =>
          overEpochs(tagged('drift')),
        ),
        lines('Trace norm of batches', 'tr(Σ) of a batch’s raw features; it depends on their scale.', () =>
          overEpochs(tagged('traceNorm'), { log: true }),
        ),
        epochs(
          'Residual of the whitening, within its groups',
          '‖WᵀΣW − I‖ / √d with running covariances: 0 is white.',
          'whitening.residual',
        ),
        lines('Classifier weights by class', '‖w_c‖.', () => byClass([{ key: 'weightNorms' }])),
        lines('Logit margins by class', 'Mean of z_y − max of the other logits.', () =>
          byClass([{ key: 'margins' }]),
        ),
        lines('Gradient norms by class', '‖G_c‖: what a class asks of the kernel.', () =>
          byClass([{ key: 'gradientNorms' }]),
        ),
        lines(
          'Gradient cosines by class',
          'Cosine of G_c with the sum over classes: below 0 the others undo what it asks for.',
          () => byClass([{ key: 'gradientCosines' }]),
        ),
      ],
    },
  );
}

function machine(): Section {
  return section('machine', 'Machine', 'Speed, waiting and memory.', {
    cards: [
      epochs('Throughput', 'Training images per second, evaluation not counted.', 'imagesPerSecond'),
      epochs('Time waiting for data', 'Share of the training time.', 'readShare', { unit: 'share' }),
      epochs(
        'Memory',
        'Of the process (solid) and of tensors (dashed).',
        [
          { key: 'measurements.memoryBytes', label: 'process' },
          { key: 'measurements.tensorBytes', label: 'tensors' },
        ],
        { unit: 'bytes' },
      ),
      epochs(
        'Tensors',
        'Tensors of the backend at the end of the epoch; a leak climbs.',
        'measurements.tensors',
      ),
      lines('Time of a step', 'Computing, without waiting.', () => overSteps('stepMs', { unit: 'ms' })),
      lines('Waiting before a step', 'For the batch to be read.', () => overSteps('readMs', { unit: 'ms' })),
    ],
  });
}

function others(): Section {
  return section(
    'others',
    'Other values',
    'What metrics, inspectors and parts of the step gave beside the above.',
    {
      found: () =>
        otherFigures().map(({ key, title, data }) => ({ key, make: () => lines(title, '', data) })),
    },
  );
}

function titleOf(run: ShownRun, title: string): string {
  return allRuns().length > 1 ? `${run.record.name}: ${title}` : title;
}

function matrix(
  run: ShownRun,
  title: string,
  meaning: string,
  data: () => MatrixData | undefined,
): Card<MatrixData> {
  return new Card(titleOf(run, title), meaning, (readout) => new MatrixChart(readout), data);
}
