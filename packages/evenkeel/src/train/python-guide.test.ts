import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { putClasses, useFolder } from '../evenkeel.fixture.js';

// docs/python.md, run as it stands on the files of a real, short run.
const at = useFolder();
const bin = fileURLToPath(new URL('../../bin/evenkeel.mjs', import.meta.url));
const guide = readFileSync(new URL('../../../../docs/python.md', import.meta.url), 'utf8');
const snippets = [...guide.matchAll(/```python\n([^]*?)```/g)].map(([, code]) => code);

/** Python that has the libraries; EVENKEEL_PYTHON names another than `python3`. */
const python = process.env.EVENKEEL_PYTHON ?? 'python3';
const built = existsSync(new URL('../../dist/main.js', import.meta.url));
const libraries = spawnSync(python, ['-c', 'import numpy, pandas, safetensors']).status === 0;
const why = !built
  ? ', skipped: it is not built (npx tsc --build)'
  : libraries
    ? ''
    : ', skipped: python3 has no numpy, pandas and safetensors (EVENKEEL_PYTHON names another)';

it.skipIf(why !== '')(
  `Python reads a run's files as docs/python.md says${why}`,
  { timeout: 600_000 },
  async () => {
    await putClasses(at('birds', 'train'), { bittern: 5, heron: 3 });
    await putClasses(at('birds', 'test'), { bittern: 1, heron: 1 });
    const quick = [
      '--size',
      '8',
      '--batch',
      '8',
      '--epochs',
      '2',
      '--method',
      'baseline',
      '--backend',
      'cpu',
    ];
    const data = ['--data', 'folder', '--data-dir', at('birds'), '--seed', '7'];
    const out = ['--out', at('runs', 'fashion-mnist-lt')];
    execFileSync(process.execPath, [bin, 'train', ...data, ...quick, ...out], { stdio: 'pipe' });
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
