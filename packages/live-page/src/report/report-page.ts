import type { RunRecord } from '../model/run-record.js';
import { pageTemplate } from './page-template.js';

/**
 * The page as one HTML file with the data of runs inside: it opens from disk, loads nothing and prints. Throws
 * `LIVE_PAGE_PAGE_MISSING`.
 */
export async function reportPage(runs: readonly RunRecord[], title = 'Training runs'): Promise<string> {
  const template = await pageTemplate();
  return template.fill({ live: false, runs: runs.map((run) => run.pack()) }, title);
}
