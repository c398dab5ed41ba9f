import { readdirSync, readFileSync } from 'node:fs';
import { compareCommand } from 'evenkeel/compare';
import { describe, expect, it } from 'vitest';

const folder = new URL('../cluster/', import.meta.url);
const grids = readdirSync(folder).filter((name) => name.includes('grid'));
const known = compareCommand().options.map(({ long }) => long);

describe('scripts of a grid on a cluster', () => {
  it('are there for Slurm and Kubernetes', () => {
    expect(grids.sort()).toEqual(['kubernetes-grid.yaml', 'slurm-grid.sh']);
  });

  it.each(grids)('%s uses options that there are', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    // What stands behind the `--` of npm; Slurm's and node's own options stand in front.
    const [, ...behind] = text.split(/reproduce(?:,\s+--,| --)\s|reproduce\/dist\/main\.js\s/);
    const used = behind.join(' ').match(/--[a-z][a-z-]+/g) ?? [];
    expect(used).toContain('--methods');
    expect(used.filter((option) => !known.includes(option))).toEqual([]);
  });
});
