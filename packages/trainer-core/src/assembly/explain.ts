import { PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { PlacedPlugin } from './plugin-order.js';
import type { RoleAccount } from './role-book.js';

/** The text of `trainer.explain()`: plugins in order, then every role, who fills it, and why. */
export function explain(placed: readonly PlacedPlugin[], accounts: readonly RoleAccount[]): string {
  const width = Math.max(...accounts.map((account) => account.role.name.length));
  return [
    `Plugins, in order (plugin contract ${PLUGIN_API_VERSION})`,
    ...(placed.length === 0 ? ['  none: plain training'] : placed.map(describePlugin)),
    '',
    'Roles',
    ...accounts.map((account) => `  ${account.role.name.padEnd(width)}  ${describeRole(account)}`),
  ].join('\n');
}

function describePlugin({ plugin, reason }: PlacedPlugin, index: number): string {
  const description = plugin.description ? `: ${plugin.description}` : '';
  return `  ${index + 1}. ${plugin.name} ${plugin.version} (${reason})${description}`;
}

function describeRole(account: RoleAccount): string {
  const claimed = account.claimedBy.length > 0 ? `, used inside ${account.claimedBy.join(', ')}` : '';
  if (account.role.kind === 'list') {
    if (account.value === 'none') return 'none';
    return account.providers.map(({ plugin, value }) => `${value} (${plugin})`).join(', then ') + claimed;
  }
  const [{ plugin, value }] = account.providers;
  const decorated =
    account.decorators.length > 0
      ? `, decorated by ${account.decorators.map(({ plugin }) => plugin).join(', then ')}: ${account.value}`
      : '';
  return `${value} (${plugin})${decorated}${claimed}`;
}
