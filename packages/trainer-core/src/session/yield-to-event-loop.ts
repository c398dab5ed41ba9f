const INTERVAL_MS = 20;
let last = 0;

/** Lets timers, signals and drawing have their turn, at most every 20 ms: training itself never leaves the stack. */
export async function yieldToEventLoop(): Promise<void> {
  if (performance.now() - last < INTERVAL_MS) return;
  await new Promise<void>((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
  last = performance.now();
}
