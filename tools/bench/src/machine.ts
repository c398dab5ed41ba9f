import { arch, cpus, loadavg, platform } from 'node:os';

/** The machine in one line: processor, cores, versions, and how busy it is (load averages of 1, 5 and 15 minutes). */
export function machine(): string {
  const processors = cpus();
  return [
    `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores`,
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
