/** Shows how far a measurement is. */
export interface Progress {
  (what: string, done: number, all: number): void;
  /** Removes the line. */
  clear(): void;
}

/** One line with the share done and the time left, on a terminal only. */
export function showProgress(out: NodeJS.WriteStream): Progress {
  let started = performance.now();
  const show = (what: string, done: number, all: number): void => {
    if (!out.isTTY) return;
    const left = ((performance.now() - started) / 1000 / done) * (all - done);
    out.write(`\r\x1b[K${what} ${Math.round((100 * done) / all)} %, ${Math.ceil(left)} s left`);
  };
  const clear = (): void => {
    started = performance.now();
    if (out.isTTY) out.write('\r\x1b[K');
  };
  return Object.assign(show, { clear });
}
