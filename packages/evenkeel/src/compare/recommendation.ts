import type { CellResult } from './result-file.js';

/** A method as the validation part sees it. */
export interface Candidate {
  readonly method: string;
  readonly seeds: number;
  /** Mean over seeds of the accuracy on the validation part, averaged over classes; 0 .. 1. */
  readonly validation: number;
  /** How far that is known: the standard error from the number of held-out images and from the seeds. */
  readonly error: number;
  /** Means over seeds on the test images, which choose nothing; null where no class is in the group. */
  readonly test: {
    readonly balanced: number;
    readonly many: number | null;
    readonly medium: number | null;
    readonly few: number | null;
  };
}

/** What to take, and how sure that is. */
export interface Recommendation {
  readonly method: string;
  /** All methods, the best on the validation part first. */
  readonly candidates: readonly Candidate[];
  /** Others that the held-out images cannot tell from the best. */
  readonly asGood: readonly string[];
  /** The same in plain words. */
  readonly text: string;
}

/** Two standard errors of a difference: what chance gives in one of twenty comparisons. */
const CLEAR = 2;

/**
 * Chooses a method by the accuracy on the validation part after the last epoch, averaged over classes, so that the tail counts as much
 * as the head. The test images only confirm. Undefined where nothing was held out, or one method alone was trained.
 *
 * The standard error is that of C independent shares, √(Σ p(1 − p)/n)/C with p = (hits + 1)/(n + 2) (Laplace's rule, so that a class of
 * which one image was right is not taken for certain), and of the mean over seeds, added in squares. Our reading.
 */
export function recommend(results: readonly CellResult[]): Recommendation | undefined {
  const methods = [...new Set(results.map(({ method }) => method))];
  const candidates = methods
    .flatMap((method) => candidateOf(results.filter((cell) => cell.method === method)) ?? [])
    .sort((a, b) => b.validation - a.validation);
  if (candidates.length < 2) return undefined;
  const [best, ...others] = candidates;
  const asGood = others.filter((other) => !isClear(best, other)).map(({ method }) => method);
  const held = results.find(({ validation }) => validation)?.validation?.counts ?? [];
  const text = inWords(best, candidates, asGood, held);
  return { method: best.method, candidates, asGood, text };
}

function candidateOf(cells: readonly CellResult[]): Candidate | undefined {
  const held = cells.flatMap(({ validation }) => validation ?? []);
  if (held.length === 0) return undefined;
  const shares = held.map(({ perClass }) => balanced(perClass));
  const mean = average(shares);
  const ofImages = average(held.map(({ perClass, counts }) => sampling(perClass, counts)));
  const spread = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0);
  const ofSeeds = shares.length < 2 ? 0 : Math.sqrt(spread / (shares.length - 1) / shares.length);
  const group = (name: 'many' | 'medium' | 'few') => {
    const values = cells.flatMap(({ last }) => last[name] ?? []);
    return values.length === 0 ? null : average(values);
  };
  return {
    method: cells[0].method,
    seeds: held.length,
    validation: mean,
    error: Math.hypot(ofImages, ofSeeds),
    test: {
      balanced: average(cells.map(({ last }) => balanced(last.perClass))),
      ...{ many: group('many'), medium: group('medium'), few: group('few') },
    },
  };
}

function balanced(perClass: readonly (number | null)[]): number {
  return average(perClass.filter((share) => share !== null));
}

function sampling(perClass: readonly (number | null)[], counts: readonly number[]): number {
  const variances = perClass.flatMap((share, label) => {
    const images = counts[label];
    if (share === null || images === 0) return [];
    const p = (share * images + 1) / (images + 2);
    return [(p * (1 - p)) / images];
  });
  return Math.sqrt(total(variances)) / variances.length;
}

function isClear(best: Candidate, other: Candidate): boolean {
  return best.validation - other.validation > CLEAR * Math.hypot(best.error, other.error);
}

function inWords(
  best: Candidate,
  candidates: readonly Candidate[],
  asGood: readonly string[],
  held: readonly number[],
): string {
  const plain = candidates.find(({ method }) => method === 'ce');
  const lines = [
    `Recommended: ${best.method}. On the ${total(held)} held-out images it is right in ${percent(best.validation)} ` +
      `(averaged over classes, give or take ${points(best.error)})${versus(best, plain)}.`,
  ];
  if (asGood.length > 0) {
    lines.push(
      `So many images cannot tell it from ${listed(asGood)}: take the one that is simplest, or hold out more (--validation).`,
    );
  }
  const unseen = held.filter((images) => images === 0).length;
  if (unseen > 0) lines.push(`Of ${unseen} classes no image is held out: of them it says nothing.`);
  const { balanced: all, ...groups } = best.test;
  const shots = Object.entries(groups).flatMap(([name, share]) =>
    share === null
      ? []
      : [`${name}-shot ${percent(share)}${plainOf(plain, best, name as keyof typeof groups)}`],
  );
  lines.push(`On the test images, which chose nothing: ${percent(all)}; ${shots.join(', ')}.`);
  if (best.seeds === 1) lines.push('One seed each: run more (--seeds 1,2,3) before much hangs on it.');
  return lines.join('\n');
}

function versus(best: Candidate, plain: Candidate | undefined): string {
  if (plain === undefined || plain === best) return plain === best ? ', and it is plain training' : '';
  return `, ${points(best.validation - plain.validation)} more than plain training (ce)`;
}

function plainOf(plain: Candidate | undefined, best: Candidate, group: 'many' | 'medium' | 'few'): string {
  const share = plain?.test[group];
  return plain === best || typeof share !== 'number' ? '' : ` (ce ${percent(share)})`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(share: number): string {
  return `${(100 * share).toFixed(1)} points`;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function average(values: readonly number[]): number {
  return total(values) / values.length;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
