import type { RoleAccount } from '../assembly/role-book.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import type { Session } from './session.js';

/** What must be the same for a run to resume, by what it is called in errors. */
export type Identity = Readonly<Record<string, unknown>>;

/** Seed, batch size, precision, the data, and who fills every role that says it makes another run. */
export async function identityOf({ assembly, settings, dataset, digest, task }: Session): Promise<Identity> {
  const { seed, batchSize, precision } = settings;
  const filled = assembly.roles.accounts().flatMap((account) => {
    const words = inWords(account);
    return words === undefined ? [] : [[roleKey(account.role.name), words] as const];
  });
  return {
    seed,
    batchSize,
    precision,
    'data set': dataset.name,
    ...task.identity,
    'data digest': await digest(),
    ...Object.fromEntries(filled),
  };
}

const ROLE = 'role ';

/** What a role is called in an identity. */
function roleKey(role: string): string {
  return ROLE + role;
}

/** Who fills a role, as far as another one would make another run; undefined for roles that never do. */
function inWords({ role, providers, decorators }: RoleAccount): string | undefined {
  const values = providers.filter(({ identity }) => identity).map(({ value }) => value);
  const wraps = decorators.filter(({ identity }) => identity);
  if (!role.identity && values.length === 0 && wraps.length === 0) return undefined;
  const base = values.length === 0 ? 'none' : values.join(', ');
  return [base, ...wraps.map(({ plugin, value }) => `${value} (${plugin})`)].join(', decorated to ');
}

/** Throws TRAINER_CHECKPOINT_MISMATCH when something differs that is not among the roles said to have `changed`, TRAINER_NOT_CHANGED for one that cannot have. */
export function checkIdentity(here: Identity, there: Identity, changed: readonly string[]): void {
  const free = new Set(changed.map(roleKey));
  for (const what of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const [expected, found] = [here[what], there[what]];
    if (free.has(what) || JSON.stringify(expected) === JSON.stringify(found)) continue;
    throw trainerErrors.CHECKPOINT_MISMATCH({ what, expected, found });
  }
  const unknown = changed.find((role) => !(roleKey(role) in here) && !(roleKey(role) in there));
  if (unknown !== undefined) {
    const roles = Object.keys(here).flatMap((what) =>
      what.startsWith(ROLE) ? [what.slice(ROLE.length)] : [],
    );
    throw trainerErrors.NOT_CHANGED({ role: unknown, roles });
  }
}
