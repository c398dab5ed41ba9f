/** Where lines are written: a stream, perhaps a terminal's. */
export interface LineStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Writes whole lines; on a terminal over whatever stands in the present line, such as a progress bar. */
export function writeLines(stream: LineStream, ...lines: readonly string[]): void {
  const clear = stream.isTTY ? '\r\u001b[2K' : '';
  stream.write(`${clear}${lines.join('\n')}\n`);
}
