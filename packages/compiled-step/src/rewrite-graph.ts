import { toBfloat16 } from './bfloat16-pass.js';
import { foldPadding } from './fold-padding.js';
import { fuseAverages } from './fuse-averages.js';
import { fuseDescent } from './fuse-descent.js';
import { fuseAffine, fuseNormalisation } from './fuse-normalisation.js';
import type { Graph } from './graph.js';
import { GraphEditor } from './graph-editor.js';
import type { Precision } from './precision.js';
import type { Binding } from './recordable-backend.js';
import { simplify } from './simplify.js';
import { unfoldSums } from './unfold-sums.js';
import { waitSmall } from './wait-small.js';

/** What a graph is rewritten for. */
export interface RewriteOptions {
  readonly binding: Binding;
  readonly precision: Precision;
  /** Whether TensorFlow knows the operations of ours. */
  readonly ownOps: boolean;
  /** Whether TensorFlow's convolutions are faster in bfloat16 than in float32. */
  readonly fastProducts: boolean;
}

/**
 * What TensorFlow is to run for a recorded graph: the same values with fewer passes over memory, and in bfloat16 where that
 * was asked for. In float32 the bits are those of the graph as it was recorded.
 */
export function rewriteGraph(graph: Graph, options: RewriteOptions): Graph {
  const { binding, precision, ownOps, fastProducts } = options;
  const fused = rewrite(graph, ownOps ? [unfoldSums, ...fusing(binding)] : [unfoldSums]);
  return waitSmall(precision === 'float32' ? fused : toBfloat16(fused, { binding, fastProducts }));
}

type Pass = (editor: GraphEditor) => void;

function fusing(binding: Binding): readonly Pass[] {
  const affine = [
    { name: 'R', type: binding.TF_ATTR_INT, value: 0 },
    { name: 'relu', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
  ];
  return [
    simplify,
    foldPadding,
    (editor) => fuseAffine(editor, affine),
    fuseNormalisation,
    (editor) => fuseDescent(editor, binding),
    (editor) => fuseAverages(editor, binding),
  ];
}

function rewrite(graph: Graph, passes: readonly Pass[]): Graph {
  return passes.reduce((before, pass) => {
    const editor = new GraphEditor(before);
    pass(editor);
    // Joined operations could come to wait for one another; then they stay apart.
    return editor.finish() ?? before;
  }, graph);
}
