/** A table of what a chart shows. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Something drawn: one element that takes the keyboard, with its content in words and as a table. */
export interface Chart<Data> {
  readonly element: HTMLElement;
  /** Draws data, or the last ones again, as when the theme changed. */
  draw(data?: Data): void;
  /** What is to be seen, in one sentence. */
  summary(): string;
  table(): ChartTable;
  dispose(): void;
}

/** Where a chart tells the values under its cursor. */
export type Readout = (parts: readonly ReadoutPart[]) => void;

/** A value under the cursor, with the colour that it is drawn in. */
export interface ReadoutPart {
  readonly text: string;
  readonly colour?: string;
  readonly dash?: readonly number[];
  /** Whether it is a point and no line. */
  readonly point?: boolean;
}
