import { Command } from 'commander';
import { cacheFolder } from '../cache-folder.js';
import type { BackendDiagnosis } from '../diagnose.js';

/** `evenkeel-runtime doctor`: what works, what is missing and the line that fixes it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Tries every backend; tells what works, what is missing and the line that fixes it.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExit code 0 when a backend works, 1 when none does.')
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnose } = await import('../diagnose.js'); // setup need not load TensorFlow.js
      const backends = await diagnose();
      console.log(json ? JSON.stringify(doctorJson(backends), undefined, 2) : doctorText(backends));
      process.exitCode = backends.some(({ works }) => works) ? 0 : 1;
    });
}

/** The answer of `doctor --json`. */
export function doctorJson(backends: readonly BackendDiagnosis[]): object {
  return { auto: best(backends), node: process.version, cache: cacheFolder(), backends };
}

/** The answer of `doctor` for people. */
export function doctorText(backends: readonly BackendDiagnosis[]): string {
  const rows = backends.flatMap(({ name, works, detail, fixes }) => [
    `${works ? '  ok ' : '  -- '}${name.padEnd(11)}${detail}`,
    ...(fixes.length > 0 ? [`${' '.repeat(16)}fix: ${fixes.join(' && ')}`] : []),
  ]);
  const auto = best(backends);
  const verdict = auto ? `useBackend('auto') takes ${auto}.` : 'No backend works.';
  return [...rows, '', `${verdict} Node ${process.version}, cache in ${cacheFolder()}`].join('\n');
}

function best(backends: readonly BackendDiagnosis[]): string | undefined {
  return backends.find(({ works }) => works)?.name;
}
