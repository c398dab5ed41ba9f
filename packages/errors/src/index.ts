export { defineErrors, errorEntry, renderErrors } from './define-errors.js';
export { EvenkeelError, isEvenkeelError } from './evenkeel-error.js';
export { defineOptions, readArgument } from './options/define-options.js';
export { optionEntry } from './options/fault.js';
export {
  check,
  flag,
  func,
  having,
  instance,
  list,
  number,
  object,
  text,
  variants,
  whole,
} from './options/kinds.js';
export { messageOf } from './message-of.js';
export { editDistance } from './options/nearest-name.js';
export { oneOf, Option } from './options/option.js';
export { quoteAll, show } from './quote.js';
export { shellWord } from './shell-word.js';
export { tellError } from './tell-error.js';
export type { ErrorEntry, ErrorFactory, ErrorTable } from './define-errors.js';
export type { OptionLine, OptionsReader } from './options/define-options.js';
export type { NoObject, OptionFault, Refusal, UnknownName, WrongValue } from './options/fault.js';
export type { NumberRange, Variant } from './options/kinds.js';
export type { Literal, Mismatch } from './options/option.js';
export type { NoOptions, OptionSpec, ReadOptions, SpecOf } from './options/read-object.js';
