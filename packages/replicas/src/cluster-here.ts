import { Cluster } from './cluster.js';
import { dataParallelOptions } from './options.js';
import type { DataParallelOptions } from './options.js';
import { findPlace } from './place/find-place.js';

/** The cluster of this process: its place among the others lasts as long as it does. */
let cluster: Cluster | undefined;

/**
 * The processes that the environment of this one speaks of; undefined where it speaks of none. `options` count the first
 * time. Throws REPLICAS_BAD_OPTION, REPLICAS_BAD_ENVIRONMENT.
 */
export function clusterHere(options: DataParallelOptions): Cluster | undefined {
  const settings = dataParallelOptions.read(options);
  const place = findPlace(process.env);
  if (place === undefined) return undefined;
  const { EVENKEEL_HOSTS = '' } = process.env;
  const hosts = settings.hosts ?? EVENKEEL_HOSTS.split(',').filter((host) => host !== '');
  cluster ??= new Cluster(place, { ...settings, hosts });
  return cluster;
}
