import { defineErrors, errorEntry, optionEntry } from '@evenkeel/errors';

/** The errors of compiled steps. */
export const errors = defineErrors('COMPILED', {
  OPTION_INVALID: optionEntry({
    where: 'compileStep',
    option: 'maxGraphs',
    expected: 'a whole number of at least 0',
    received: -1,
  }),
  PRECISION: errorEntry(
    (d: { name: string; precision: string; reason: string }) =>
      `The step '${d.name}' cannot run in ${d.precision}, since ${d.reason}; op by op it would run in float32. Change the step, or compile it with precision 'float32'. Its variables are as they were before this call.`,
    { name: 'train', precision: 'bfloat16', reason: "it reads what 'Square' gives on the host" },
  ),
  INPUTS: errorEntry(
    (d: { name: string; received: string }) =>
      `The step '${d.name}' takes tensors by name, such as 'images' and 'labels', received ${d.received}. Pass an object of tensors that are not disposed.`,
    { name: 'train', received: 'a single tensor of shape [128, 10]' },
  ),
  OUTPUTS: errorEntry(
    (d: { name: string; received: string }) =>
      `The step '${d.name}' should return tensors by name, such as 'loss', received ${d.received}. Return an object of tensors that are not disposed, and no promise of one: a step is not async.`,
    { name: 'train', received: "a disposed tensor for 'loss'" },
  ),
  DISPOSED: errorEntry(
    (d: { name: string }) =>
      `The compiled step '${d.name}' was called after its dispose(). Make another one with compileStep.`,
    { name: 'train' },
  ),
  NO_DRAW: errorEntry(
    (d: { name: string; purpose: string }) =>
      `The step '${d.name}' asks for the draw '${d.purpose}', but its call brought no draw. Pass a function (purpose, shape) => Tensor as the second argument.`,
    { name: 'train', purpose: 'dropout' },
  ),
  DRAW_SHAPE: errorEntry(
    (d: { name: string; purpose: string; expected: readonly number[]; received: readonly number[] }) =>
      `The draw '${d.purpose}' of the step '${d.name}' should have the shape [${d.expected.join(', ')}], received [${d.received.join(', ')}]. Give the tensor the shape that the step asks for.`,
    { name: 'train', purpose: 'dropout', expected: [128, 64], received: [64] },
  ),
  NOT_RECORDED: errorEntry(
    (d: { name: string; inputs: string; recorded: readonly string[] }) =>
      `The step '${d.name}' has no graph for the inputs ${d.inputs} to profile, only for ${d.recorded.join('; ') || 'none'}. Call it with inputs like these first, on native; if it then runs eagerly, it has said why.`,
    { name: 'train', inputs: 'x:float32[32,3]', recorded: ['x:float32[16,3]'] },
  ),
  PROFILE_REDUCES: errorEntry(
    (d: { op: string }) =>
      `A step that reduces over processes ('${d.op}') cannot be profiled op by op: the others would wait for it. Profile the same step in one process.`,
    { op: 'CollectiveReduceV2' },
  ),
  MOVES_AND_REDUCES: errorEntry(
    (d: { variable: string }) =>
      `A step that reduces over processes assigned the variable '${d.variable}' by itself and cannot be replayed as a graph. Let it return the new value, and assign that after the call.`,
    { variable: 'dense/kernel' },
  ),
});
