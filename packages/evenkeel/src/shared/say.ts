/** Tells a person something, one line or several. */
export type Say = (text: string) => void;

/** To standard output; where a program reads that (`--json`), to standard error. */
export function sayTo(json: boolean | undefined): Say {
  return json ? (text) => void process.stderr.write(`${text}\n`) : (text) => console.log(text);
}

/** Prints what a program asked for with `--json`. */
export function printJson(value: object): void {
  console.log(JSON.stringify(value, null, 2));
}
