import { describe, expect, it } from 'vitest';
import { lineTable } from './report.js';
import { runSuites } from './run-suites.js';
import { SUITES } from './suites.js';

describe('every suite', () => {
  it.each(Object.keys(SUITES))(
    '%s runs and gives well-formed lines',
    async (name) => {
      const seen: string[] = [];
      const { lines, notes } = await runSuites({
        suites: [name],
        quick: true,
        progress: (_what, done, all) => expect(done).toBeLessThanOrEqual(all),
        onSuite: (suite, measured) => seen.push(lineTable(suite, measured, true)),
      });
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        expect(JSON.parse(JSON.stringify(line))).toEqual(line);
        expect(line.suite).toBe(name);
        expect(line.msMin).toBeGreaterThan(0);
        expect(line.msMedian).toBeGreaterThanOrEqual(line.msMin);
        for (const value of Object.values(line.more ?? {})) expect(value).not.toBeNaN();
        if (line.ratioTo) expect(lines.map((other) => other.name)).toContain(line.ratioTo.name);
      }
      expect(new Set(lines.map((line) => line.name)).size).toBe(lines.length);
      expect(seen[0].split('\n').length).toBe(lines.length + 2);
      if (name !== 'samplers') expect(notes.length).toBeGreaterThan(0);
    },
    120_000,
  );
});
