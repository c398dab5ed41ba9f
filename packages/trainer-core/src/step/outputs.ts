/** The output of a step that holds its loss. */
export const LOSS_OUTPUT = 'loss';
/** The output of a step that is 0 when all that it asks for is finite, and NaN otherwise. */
export const FINITE_OUTPUT = 'finite';
/** What outputs of logged numbers begin with. */
export const LOG_OUTPUT = 'log/';
/** What outputs of new values of variables begin with. */
export const UPDATE_OUTPUT = 'update/';
