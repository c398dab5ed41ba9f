import { errors } from '../errors.js';
import { hostList } from './host-list.js';
import type { Address, Place } from './place.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where ranks meet when nobody says which port. */
const PORT = 29_500;

/**
 * Which process this is, from the environment: `EVENKEEL_CLUSTER` (`RANK/SIZE@HOST:PORT`, what `evenkeel run` sets), else a step
 * of several tasks that Slurm's `srun` started, else an indexed job of Kubernetes that says `EVENKEEL_SIZE` and
 * `EVENKEEL_LEADER`. Undefined where nothing says so: one process, alone. Throws REPLICAS_BAD_ENVIRONMENT.
 */
export function findPlace(environment: Environment): Place | undefined {
  const place = fromCluster(environment) ?? fromSlurm(environment) ?? fromKubernetes(environment);
  return place !== undefined && place.size > 1 ? place : undefined;
}

function fromCluster({ EVENKEEL_CLUSTER: text, EVENKEEL_START = '' }: Environment): Place | undefined {
  if (text === undefined || text === '') return undefined;
  const [, rank, size, address] = /^(\d+)\/(\d+)@(.+)$/.exec(text) ?? [];
  const expected = "'RANK/SIZE@HOST:PORT', such as '0/2@127.0.0.1:29500', the rank below the size";
  const leader = address === undefined ? undefined : addressOf(address);
  if (leader === undefined || Number(rank) >= Number(size)) {
    throw errors.BAD_ENVIRONMENT({ variable: 'EVENKEEL_CLUSTER', expected, received: text });
  }
  return { rank: Number(rank), size: Number(size), leader, start: EVENKEEL_START };
}

/** `srun` gives every task its number; the ranks meet on the node of the first. */
function fromSlurm(environment: Environment): Place | undefined {
  const { SLURM_PROCID, SLURM_STEP_NUM_TASKS, SLURM_STEP_NODELIST, SLURM_JOB_ID, SLURM_STEP_ID } =
    environment;
  const size = Number(SLURM_STEP_NUM_TASKS ?? 1);
  if (SLURM_PROCID === undefined || !(size > 1)) return undefined;
  const [host] = hostList(SLURM_STEP_NODELIST ?? '');
  if (host === undefined) {
    const expected = 'a list of nodes, such as node[1-2]';
    const received = SLURM_STEP_NODELIST ?? '';
    throw errors.BAD_ENVIRONMENT({ variable: 'SLURM_STEP_NODELIST', expected, received });
  }
  // Jobs that share a node have separate ports.
  const port = Number(environment.EVENKEEL_PORT ?? PORT + (Number(SLURM_JOB_ID ?? 0) % 1000) * 32);
  const leader = { host: environment.EVENKEEL_LEADER ?? host, port };
  return { rank: Number(SLURM_PROCID), size, leader, start: `slurm ${SLURM_JOB_ID}.${SLURM_STEP_ID}` };
}

/** An indexed job says which pod this is; how many there are and where the first is, its manifest has to say. */
function fromKubernetes(environment: Environment): Place | undefined {
  const { JOB_COMPLETION_INDEX, EVENKEEL_SIZE, EVENKEEL_LEADER, EVENKEEL_START = '' } = environment;
  if (JOB_COMPLETION_INDEX === undefined || EVENKEEL_SIZE === undefined) return undefined;
  const leader = addressOf(EVENKEEL_LEADER ?? '');
  if (leader === undefined) {
    const expected = "the host of pod 0, such as 'train-0.train'";
    throw errors.BAD_ENVIRONMENT({ variable: 'EVENKEEL_LEADER', expected, received: EVENKEEL_LEADER ?? '' });
  }
  const [rank, size] = [Number(JOB_COMPLETION_INDEX), Number(EVENKEEL_SIZE)];
  if (!(Number.isInteger(size) && rank < size)) {
    const expected = `the number of pods, above the index ${JOB_COMPLETION_INDEX}`;
    throw errors.BAD_ENVIRONMENT({ variable: 'EVENKEEL_SIZE', expected, received: EVENKEEL_SIZE });
  }
  return { rank, size, leader, start: EVENKEEL_START };
}

function addressOf(text: string): Address | undefined {
  const [, host, port = String(PORT)] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  if (host === undefined || !(Number(port) > 0 && Number(port) < 65_536)) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
