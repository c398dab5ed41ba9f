/** Ops that reach other processes: recording only looks at them, every call runs each of them once, and no pass drops one. */
export const COLLECTIVE_OPS: ReadonlySet<string> = new Set(['EvenkeelAllReduce']);
