export { heapBase } from './heap-base';
export { buildTable, tableBytes } from './jpeg/huffman';
export { decodeScan, setComponent } from './jpeg/scan';
export { greyToRgb, spreadEdges, toRgb } from './jpeg/to-rgb';
export { scanEnd, unstuff } from './jpeg/unstuff';
export { normalise } from './normalise';
export { alongColumns, alongRows } from './resample';
