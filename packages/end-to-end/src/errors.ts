import { defineErrors, errorEntry, quoteAll, show } from '@evenkeel/errors';

/** What can be wrong with the options of the preset itself; those of a module are checked by its plugin. */
export const errors = defineErrors('END_TO_END', {
  UNKNOWN_MODULE: errorEntry(
    (d: { received: string; known: readonly string[] }) =>
      `endToEnd has no module '${d.received}', expected some of ${quoteAll(d.known)}. Give other plugins beside it: plugins: [endToEnd(), yours()].`,
    { received: 'whiten', known: ['whitening', 'b3rs', 'bet', 'logitAdjust'] as readonly string[] },
  ),
  BAD_OPTIONS: errorEntry(
    (d: { module: string; received: unknown }) =>
      `Option '${d.module}' of endToEnd: expected an object of that plugin's options, or false, received ${show(d.received)}. Leave it out for the plugin's defaults.`,
    { module: 'bet', received: true as unknown },
  ),
});
