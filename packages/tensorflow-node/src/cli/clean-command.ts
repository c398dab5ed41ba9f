import { Command } from 'commander';
import type { CleanOptions } from '../clean/clean-cache.js';

/** `clean`: removes from the cache what is used no longer. */
export function cleanCommand(): Command {
  return new Command('clean')
    .description('Removes from the cache what is used no longer, and tells how large it was.')
    .option('--all', 'every build: the next set-up begins from nothing')
    .option('--dry-run', 'only tell')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 something could not be removed, 2 the command line is wrong.',
    )
    .action(runClean);
}

async function runClean({ json, ...options }: CleanOptions & { readonly json?: boolean }): Promise<void> {
  const { cleanCache } = await import('../clean/clean-cache.js');
  const { removed, kept } = await cleanCache(options);
  process.exitCode = kept.length > 0 ? 1 : 0;
  if (json) return console.log(JSON.stringify({ removed, kept }, undefined, 2));
  for (const { bytes, path, why } of removed) console.log(`${megabytes(bytes)}  ${path}  (${why})`);
  for (const { bytes, path, reason } of kept) console.log(`${megabytes(bytes)}  kept ${path}: ${reason}`);
  const sum = removed.reduce((total, { bytes }) => total + bytes, 0);
  console.log(`${megabytes(sum)}  ${options.dryRun ? 'would be removed' : 'removed'}`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(8)} MB`;
}
