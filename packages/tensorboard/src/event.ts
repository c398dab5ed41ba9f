import { PbfWriter } from 'pbf';

/** Values of one moment by name. */
export type Scalars = readonly (readonly [tag: string, value: number])[];

/**
 * Messages as TensorBoard reads them, with the field numbers of `tensorflow/core/util/event.proto` and
 * `tensorflow/core/framework/summary.proto`. `wallTime`: seconds since 1970.
 */
export const event = {
  /** The first of a file. */
  version: (wallTime: number): Uint8Array =>
    message(wallTime, 0, (writer) => writer.writeStringField(3, 'brain.Event:2')),

  /** Says that a run resumes: what earlier files have from this step on does not count. */
  sessionStart: (wallTime: number, step: number): Uint8Array =>
    message(wallTime, step, (writer) => {
      writer.writeMessage(7, (_: undefined, log: PbfWriter) => log.writeVarintField(1, 1), undefined);
    }),

  /** Numbers after so many steps. */
  scalars: (wallTime: number, step: number, values: Scalars): Uint8Array =>
    message(wallTime, step, (writer) => writer.writeMessage(5, writeSummary, values)),
};

function message(wallTime: number, step: number, what: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallTime);
  if (step > 0) writer.writeVarintField(2, step);
  what(writer);
  return writer.finish();
}

function writeSummary(values: Scalars, writer: PbfWriter): void {
  for (const value of values) writer.writeMessage(1, writeValue, value);
}

function writeValue([tag, value]: Scalars[number], writer: PbfWriter): void {
  writer.writeStringField(1, tag);
  writer.writeFloatField(2, value);
}
