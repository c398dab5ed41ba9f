/** Names in single quotes, comma-separated, for error texts; `none` when there are none. */
export function quoteAll(names: Iterable<string | number>): string {
  const quoted = Array.from(names, (name) => `'${name}'`);
  return quoted.length === 0 ? 'none' : quoted.join(', ');
}

/** The value as an error text shows it: short, on one line, never `[object Object]`. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return `a function${value.name ? ` '${value.name}'` : ''}`;
  if (typeof value === 'object' && value !== null) {
    const text = describe(value);
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
  }
  return String(value);
}

/** JSON where that says something, else the kind of object: circular ones, maps, tensors. */
function describe(value: object): string {
  const kind = value.constructor?.name ?? 'Object';
  if (kind !== 'Object' && !Array.isArray(value)) return `a ${kind}`;
  try {
    return JSON.stringify(value);
  } catch {
    return `an object with ${quoteAll(Object.keys(value))}`;
  }
}
