/** Where the memory begins that no kernel keeps anything in. */
export function heapBase(): usize {
  return __heap_base;
}
