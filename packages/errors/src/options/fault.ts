import { errorEntry } from '../define-errors.js';
import type { ErrorEntry } from '../define-errors.js';
import { quoteAll, show } from '../quote.js';

/** A value that an option, or an argument, cannot have. */
export interface WrongValue {
  readonly problem?: 'value' | 'argument';
  /** The function whose option it is, such as `bet`. */
  readonly where: string;
  /** The option's name, with the way to the wrong part of it: `blocks.many`, `counts[2]`. */
  readonly option: string;
  readonly expected: string;
  readonly received: unknown;
  /** What the option is when it is left out, as text; absent where it cannot be, or where that is not known. */
  readonly fallback?: string;
}

/** A name that is no option. */
export interface UnknownName {
  readonly problem: 'unknown';
  readonly where: string;
  readonly option: string;
  /** The names that it could have been. */
  readonly known: readonly string[];
  /** The one that was probably meant. */
  readonly nearest?: string;
}

/** Options that are no object, such as the 3 of `whitening(3)`. */
export interface NoObject {
  readonly problem: 'no-object';
  readonly where: string;
  readonly known: readonly string[];
  readonly received: unknown;
}

/** What can be wrong with options: the details of the error that a package throws for them. */
export type OptionFault = WrongValue | UnknownName | NoObject;

/** Makes the error of a fault: a package's `errors.BAD_OPTION`, or what chooses between several of its errors. */
export type Refusal = (fault: OptionFault) => Error;

/** The entry of a package's table of errors for its options: the same words in every package. */
export function optionEntry(example: OptionFault): ErrorEntry<OptionFault> {
  return errorEntry(faultInWords, example);
}

/** A fault as one or two sentences. */
export function faultInWords(fault: OptionFault): string {
  if (fault.problem === 'unknown') {
    const { where, option, known, nearest } = fault;
    const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
    return `Option '${option}' of ${where} is unknown.${hint} Options: ${known.length > 0 ? known.join(', ') : 'none'}.`;
  }
  if (fault.problem === 'no-object') {
    const { where, known, received } = fault;
    const names = known.length > 0 ? `an object with some of ${quoteAll(known)}` : 'none';
    return `Options of ${where}: expected ${names}, received ${show(received)}. Give every option by its name.`;
  }
  const { where, option, expected, received, fallback } = fault;
  const correct = received === undefined ? 'Give it' : 'Correct it';
  const advice =
    fallback === undefined ? correct : `${correct}, or leave it out for the default (${fallback})`;
  const kind = fault.problem === 'argument' ? 'Argument' : 'Option';
  return `${kind} '${option}' of ${where}: expected ${expected}, received ${show(received)}. ${advice}.`;
}
