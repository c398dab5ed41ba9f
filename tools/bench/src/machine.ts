import { existsSync, readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform } from 'node:os';

/** Above this load at its start a run is not judged. */
const MOST_LOAD = 0.5;

/** Instructions that decide about speed, as Linux names them, the best last. */
const LEVELS: readonly (readonly [flag: string, name: string])[] = [
  ['avx2', 'AVX2'],
  ['avx512f', 'AVX-512'],
  ['avx512_bf16', 'AVX512_BF16'],
  ['amx_bf16', 'AMX'],
];

/** The machine in one line: processor, instructions, cores, versions, and how busy it is (load averages of 1, 5 and 15 minutes). */
export function machine(): string {
  const processors = cpus();
  return [
    `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores`,
    instructions(),
    `${platform()} ${arch()}`,
    `Node ${process.version}`,
    `load ${loads()}`,
  ].join('; ');
}

/** Load averages of the last 1, 5 and 15 minutes. */
export function loads(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

/** Which of the instructions that matter the processor has, and which it lacks; and what keeps programs from using them. */
function instructions(): string {
  const limits = ['EVENKEEL_CPU_LEVEL', 'ONEDNN_MAX_CPU_ISA', 'ATEN_CPU_CAPABILITY'].flatMap((name) =>
    process.env[name] === undefined ? [] : [`${name}=${process.env[name]}`],
  );
  const file = '/proc/cpuinfo';
  if (!existsSync(file)) return ['instructions unknown', ...limits].join(', ');
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1].split(' ') ?? [];
  return [...LEVELS.map(([flag, name]) => (flags.includes(flag) ? name : `no ${name}`)), ...limits].join(
    ', ',
  );
}

/** Why a run on this machine is not to be judged, if so: something else was running when it began. */
export function tooBusy(load = loadavg()[0]): string | undefined {
  if (load <= MOST_LOAD) return undefined;
  return `Goals are not judged: the load was ${load.toFixed(1)} at the start, above ${MOST_LOAD}. Run it on a quiet machine.`;
}
