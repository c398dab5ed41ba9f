export { defineErrors, errorEntry, renderErrors } from './define-errors.js';
export { EvenkeelError, isEvenkeelError } from './evenkeel-error.js';
export { quoteAll, show } from './quote.js';
export { shellWord } from './shell-word.js';
export { tellError } from './tell-error.js';
export type { ErrorEntry, ErrorFactory, ErrorTable } from './define-errors.js';
