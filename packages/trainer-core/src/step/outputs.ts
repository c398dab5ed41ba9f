/**
 * What the name of the output begins with that the host reads, `[2 + logged numbers]`: the loss, 0 when all that the step asks for is
 * finite and NaN otherwise, and the logged numbers, whose names follow as JSON.
 */
export const REPORT_OUTPUT = 'report/';
/** What outputs of new values of variables begin with. */
export const UPDATE_OUTPUT = 'update/';
