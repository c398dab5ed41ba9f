/** The value of a JSON text of ours, undefined when it is damaged: what a cache has lost is made again. */
export function parseJson<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
