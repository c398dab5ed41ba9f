import { loadImageFolders } from '../shared/load-image-folders.js';
import { printJson } from '../shared/say.js';
import { showProgress } from '../shared/show-progress.js';
import { loadData } from '../train/load-data.js';
import type { InspectFlags } from './inspect-command.js';
import { inspectionOf } from './inspection.js';
import type { LookedAt } from './inspection.js';
import { inspectionText } from './inspection-text.js';
import { surveyArrays } from './survey-arrays.js';

/** Characters of a line where nobody tells. */
const COLUMNS = 80;

/** Looks at a data set and says what it found. Throws what the data set throws when it is opened. */
export async function runInspect(flags: InspectFlags): Promise<void> {
  const onProgress = showProgress();
  const data = await loadData(flags, onProgress, { heldOut: true });
  try {
    const found = inspectionOf(data, flags, flags.images ? await lookAt(data) : undefined);
    if (flags.json) printJson(found);
    else console.log(inspectionText(found, process.stdout.columns ?? COLUMNS, flags.every));
  } finally {
    if ('close' in data) await data.close();
  }

  async function lookAt(opened: typeof data): Promise<readonly LookedAt[]> {
    if (!('close' in opened)) return surveyArrays(opened);
    const { surveyImages } = await loadImageFolders('inspect');
    return surveyImages(opened, onProgress);
  }
}
