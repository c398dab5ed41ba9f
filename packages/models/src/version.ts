/** Version of this package, shown by `explain()` and kept in checkpoints. */
export const version = '0.1.0';
