import { readText } from '@evenkeel/trainer-core/node';

/** The lines of one type; what is no line of `metricsFile`, such as one cut short by a full disk, is left out. */
export async function linesOf(path: string, type: string): Promise<Readonly<Record<string, unknown>>[]> {
  const lines = ((await readText(path)) ?? '').split('\n').flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      return typeof value === 'object' && value !== null ? [value as Readonly<Record<string, unknown>>] : [];
    } catch {
      return [];
    }
  });
  return lines.filter((line) => line.type === type);
}
