import { arch, cpus, loadavg, platform } from 'node:os';

/** The machine in one line: processor, cores, versions, and how busy it is (load averages of 1, 5 and 15 minutes). */
export function machine(): string {
  const processors = cpus();
  const load = loadavg().map((value) => value.toFixed(1));
  return [
    `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores`,
    `${platform()} ${arch()}`,
    `Node ${process.version}`,
    `load ${load.join(' ')}`,
  ].join('; ');
}
