import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { inStock } from './in-stock.fixture.js';

const results = fileURLToPath(new URL('../../../../docs/results/', import.meta.url));

/** The folders of all models that are kept, from the folder of results. */
const kept = (readdirSync(results, { recursive: true }) as string[])
  .filter((name) => name.endsWith('model.json'))
  .map((name) => dirname(name))
  .sort();

describe('the models beside the results', () => {
  it('are those of the decisive methods, on both data sets', () => {
    expect(kept).toHaveLength(12);
  });

  it.each(kept)('gives in stock TensorFlow.js the logits that its trainer gave: %s', async (folder) => {
    const { difference, largest } = await inStock(join(results, folder));
    expect(difference).toBeLessThan(1e-4 * largest);
  });
});
