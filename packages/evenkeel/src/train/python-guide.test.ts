import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { useFolder } from '../evenkeel.fixture.js';
import { birds, spawned, unbuilt } from '../executable.fixture.js';

// docs/python.md, run as it stands on the files of a real, short run.
const at = useFolder();
const guide = readFileSync(new URL('../../../../docs/python.md', import.meta.url), 'utf8');
const snippets = [...guide.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);

/** Python that has the libraries; EVENKEEL_PYTHON names another than `python3`. */
const python = process.env.EVENKEEL_PYTHON ?? 'python3';
const libraries = spawnSync(python, ['-c', 'import numpy, pandas, safetensors']).status === 0;
const why =
  unbuilt ||
  (libraries
    ? ''
    : ', skipped: python3 has no numpy, pandas and safetensors (EVENKEEL_PYTHON names another)');

it.skipIf(why !== '')(
  `Python reads a run's files as docs/python.md says${why}`,
  { timeout: 600_000 },
  async () => {
    const options = await birds(at('birds'), 2);
    await spawned('train', ...options, '--seed', '7', '--out', at('runs', 'fashion-mnist-lt'));
    const [results, course, weights, identity] = snippets.map((code) =>
      execFileSync(python, ['-c', code.replaceAll('end-to-end', 'baseline')], {
        cwd: at(),
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    );
    expect(results).toMatch(/accuracy\.few.*\n.*\nbaseline +\d/);
    // Two epochs' losses, and the accuracies of the last.
    expect(course).toMatch(/epoch\n0 +\d.*\n1 +\d[^]*all +many +medium +few\nepoch.*\n1 +(0|1)\.\d/);
    expect(weights).toMatch(/'backbone\/[^']*kernel': \(3, 3, \d+, \d+\)/);
    expect(identity.trim()).toBe('7');
  },
);
