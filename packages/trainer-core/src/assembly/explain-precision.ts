import type { OperationsByPrecision, Precision, StepPrecision } from '../contract/step-compiler.js';

/**
 * Lines of `trainer.explain()` on a precision that was asked for: for every step that has run, by its tag, what runs in which.
 *
 * @param steps What compilers say of the steps that were made, by tag; empty before the first call.
 */
export function explainPrecision(wanted: Precision, steps: ReadonlyMap<string, StepPrecision>): string[] {
  const lines = [...steps].flatMap(([tag, { precision, reason, graphs }]) => {
    const why = reason === undefined ? '' : `, since ${reason}`;
    if (precision !== wanted) return [`  ${tag}: ${precision}${why}`];
    return Object.entries(graphs).map(([inputs, graph]) => `  ${tag}, ${inputs}: ${inWords(graph)}`);
  });
  const unknown = ['  what runs in it is known once a step has run'];
  return [
    '',
    `Precision ${wanted}; weights, optimizer and statistics stay float32`,
    ...(lines.length > 0 ? lines : unknown),
  ];
}

function inWords({ bfloat16, float32, casts }: OperationsByPrecision): string {
  const all = (operations: Readonly<Record<string, number>>): string =>
    Object.entries(operations)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'nothing';
  return `in bfloat16 ${all(bfloat16)}; in float32 ${all(float32)}; ${casts} casts`;
}
