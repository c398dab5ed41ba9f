import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { errors } from '../errors.js';

/** Whether an address stays within this machine; `localhost` does, other names are outside until they are looked up. */
export function isLoopback(host: string): boolean {
  const plain = withoutPrefix(host);
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

/** An IPv4 address as it is, without the IPv6 form that sockets give it. */
export function withoutPrefix(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

/** Throws REPLICAS_HOSTS_MISSING where the ranks meet outside of this machine and nobody says who takes part. */
export function requireHosts(leader: string, hosts: readonly string[]): void {
  if (!isLoopback(leader) && hosts.length === 0) throw errors.HOSTS_MISSING({ leader });
}

/** The addresses of the machines that may take part; those of this machine are always among them. Unknown names have none. */
export async function addressesOf(hosts: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(hosts.map((host) => lookup(host, { all: true }).catch(() => [])));
  return new Set(found.flat().map(({ address }) => withoutPrefix(address)));
}
