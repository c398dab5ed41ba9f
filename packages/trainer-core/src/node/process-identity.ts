import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The flag of a process that ends, Linux's PF_EXITING. */
const EXITING = 0x4;

/** Which process it is, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string;
  /** Where process numbers mean the same: this boot of a machine and, on Linux, its process namespace. */
  readonly machine: string;
  readonly pid: number;
  /** When the process began, as the system counts it; empty where the system does not say. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const host = hostname();
  return { host, machine: machineName(host), pid: process.pid, started: startOf(process.pid) ?? '' };
}

/**
 * Whether the process is running: `false` only where that is certain, `undefined` where this machine cannot know (another
 * machine or container, or a system that does not tell one process from a later one with its number).
 */
export function isRunning({ machine, pid, started }: ProcessIdentity): boolean | undefined {
  if (machine !== machineName(hostname())) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return now === undefined || started === '' ? undefined : now === started;
}

function machineName(host: string): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return `${process.platform} ${host}`;
  }
}

/** When a process began, in ticks since boot (field 22 of /proc/PID/stat); undefined where there is no such file. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold blanks and brackets.
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A killed process closes its connections before it is a zombie: whoever hears of that finds it on its way out (field 9).
    const ends = state === 'Z' || state === 'X' || (Number(fields[5]) & EXITING) !== 0;
    return ends ? 'ended' : fields[18];
  } catch {
    return undefined;
  }
}
