import manifest from '../../package.json' with { type: 'json' };

/** Version of this package, shown by `explain()` and kept in checkpoints. */
export const { version } = manifest;
