/** A value that is drawn: over epochs, or over classes or ranks at the last look. */
export interface Figure {
  /** Name of the value in `metrics.jsonl`. */
  readonly value: string;
  readonly title: string;
  /** What it is, by formula. */
  readonly meaning: string;
  readonly log?: boolean;
}

/** Numbers over epochs, in the order in which the report shows them. */
export const OVER_EPOCHS: readonly Figure[] = [
  { value: 'loss', title: 'Training loss', meaning: 'Mean loss over the examples of the epoch.' },
  { value: 'all', title: 'Accuracy', meaning: 'Share of evaluated examples that are recognised.' },
  { value: 'many', title: 'Many-shot accuracy', meaning: 'Accuracy over the many-shot classes.' },
  { value: 'medium', title: 'Medium-shot accuracy', meaning: 'Accuracy over the medium-shot classes.' },
  { value: 'few', title: 'Few-shot accuracy', meaning: 'Accuracy over the few-shot classes.' },
  {
    value: 'rawCorrelation',
    title: 'Channel correlation, raw features',
    meaning: 'Mean of |r| over pairs of channels of the backbone’s features, r = Σ_ij / √(Σ_ii Σ_jj).',
  },
  {
    value: 'featureCorrelation',
    title: 'Channel correlation before the classifier',
    meaning: 'The same of the features that the classifier sees.',
  },
  {
    value: 'rawEffectiveRank',
    title: 'Effective rank, raw features',
    meaning: 'exp(H), H = −Σ p ln p with p = σ / Σσ, σ the singular values of the centred features.',
  },
  {
    value: 'featureEffectiveRank',
    title: 'Effective rank before the classifier',
    meaning: 'The same of the features that the classifier sees.',
  },
  {
    value: 'rawEntropy',
    title: 'Feature entropy, raw features',
    meaning: 'H in nats, at most ln d.',
  },
  {
    value: 'rawTraceNorm',
    title: 'Trace norm, raw features',
    meaning: 'tr(Σ), the variance of all channels together; it depends on the scale of the features.',
    log: true,
  },
  {
    value: 'featureTraceNorm',
    title: 'Trace norm before the classifier',
    meaning: 'The same of the features that the classifier sees.',
    log: true,
  },
  {
    value: 'featureResidual',
    title: 'Distance from white, before the classifier',
    meaning:
      '‖Σ − I‖ / √d with the whole covariance Σ of the features that the classifier sees, on the probe set: 0 is white. ' +
      'The same for every method.',
  },
  {
    value: 'whitening.residual',
    title: 'Residual of the whitening, within its groups',
    meaning:
      '‖WᵀΣW − I‖ / √d with the running covariance Σ of each group: 0 is white. Batch norm has groups of one channel, ' +
      'so methods with other groups are not to be compared by it; the distance from white is for that.',
  },
  {
    value: 'hessianCondition',
    title: 'Condition number of the classifier’s Hessian',
    meaning:
      'Largest over smallest eigenvalue of (1/n) Σ (diag(p) − p pᵀ) ⊗ x xᵀ across shifts of all classes; exact up to 160 rows, about (a relative residual of 1e-8) beyond.',
    log: true,
  },
  {
    value: 'hessianConditionKronecker',
    title: 'Condition number of the classifier’s Hessian (Kronecker)',
    meaning: 'The same of mean(diag(p) − p pᵀ) ⊗ mean(x xᵀ), where the whole matrix is too large.',
    log: true,
  },
  {
    value: 'gradientMeanCosine',
    title: 'Agreement of the classes’ gradients',
    meaning: 'Mean cosine of G_c and G_c′ over pairs of classes, G_c the mean of x (p − y)ᵀ over the class.',
  },
];

/** Lists at the last look: over classes, or over ranks. */
export const AT_THE_END: readonly (Figure & { readonly x: string })[] = [
  {
    value: 'rawSingularValues',
    title: 'Singular spectrum, raw features',
    meaning: 'σ of the centred features over √n, descending.',
    log: true,
    x: 'rank',
  },
  {
    value: 'featureSingularValues',
    title: 'Singular spectrum before the classifier',
    meaning: 'The same of the features that the classifier sees.',
    log: true,
    x: 'rank',
  },
  { value: 'weightNorms', title: 'Classifier weights', meaning: '‖w_c‖ by class.', x: 'class' },
  {
    value: 'margins',
    title: 'Logit margins',
    meaning: 'Mean of z_y − max of the other logits, by class.',
    x: 'class',
  },
  { value: 'gradientNorms', title: 'Gradient norms', meaning: '‖G_c‖ by class.', x: 'class' },
  {
    value: 'gradientCosines',
    title: 'Gradient cosines',
    meaning:
      'Cosine of G_c with the sum over all classes: negative where the others undo what the class asks for.',
    x: 'class',
  },
  { value: 'perClass', title: 'Accuracy by class', meaning: 'Of the last evaluation.', x: 'class' },
];

/** Matrices that are drawn at the last look. */
export const MATRICES: readonly Figure[] = [
  { value: 'rawCorrelationMatrix', title: 'raw features', meaning: 'r of every pair of channels.' },
  {
    value: 'featureCorrelationMatrix',
    title: 'before the classifier',
    meaning: 'r of every pair of channels.',
  },
];

/** The drift or the trace norm of a tag's batches; undefined for any other value. */
export function tagFigure(value: string): Figure | undefined {
  const [kind, ...rest] = value.split('.');
  const tag = rest.join('.');
  if (kind === 'drift') {
    return {
      value,
      title: `Covariance drift, ${tag} batches`,
      meaning:
        '1 − tr(A B) / (‖A‖ ‖B‖) of the raw features’ covariances of one batch and the next; scale-invariant.',
    };
  }
  if (kind !== 'traceNorm') return undefined;
  return {
    value,
    title: `Trace norm, ${tag} batches`,
    meaning:
      'Mean of tr(Σ) over batches, Σ the covariance of a batch’s raw features; it depends on their scale.',
    log: true,
  };
}
