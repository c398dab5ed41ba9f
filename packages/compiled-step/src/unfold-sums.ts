import type { GraphEditor } from './graph-editor.js';
import type { GraphOp } from './graph.js';

/** TensorFlow's AddN adds so many at a time. */
const AT_ONCE = 8;

/**
 * Writes a sum of many as sums of two, in the order in which TensorFlow's op adds outside of a graph: within one it adds in another, and
 * rounds otherwise.
 */
export function unfoldSums(editor: GraphEditor): void {
  for (const { name } of editor.ops()) {
    // As it is now: what it takes may have been such a sum.
    const op = editor.made(`${name}:0`, 'AddN');
    if (op === undefined) continue;
    const [first, ...groups] = groupsOf(op.inputs);
    const attributes = op.attributes.filter(({ name }) => name === 'T');
    let count = 0;
    const add = (one: string, other: string): string => {
      const sum: GraphOp = {
        ...op,
        op: 'Add',
        name: `${op.name}_${count++}`,
        attributes,
        inputs: [one, other],
      };
      editor.put(sum);
      return `${sum.name}:0`;
    };
    const inOrder = (values: readonly string[]): string => values.reduce((sum, value) => add(sum, value));
    const total = groups.map(inOrder).reduce((sum, group) => add(sum, group), inOrder(first));
    editor.remove(op, { [`${op.name}:0`]: total });
  }
}

/** Two to nine, then eight each. */
function groupsOf(values: readonly string[]): string[][] {
  const rest = values.length % AT_ONCE;
  const groups = [values.slice(0, rest < 2 ? rest + AT_ONCE : rest)];
  for (let at = groups[0].length; at < values.length; at += AT_ONCE)
    groups.push(values.slice(at, at + AT_ONCE));
  return groups.map((group) => [...group]);
}
