import type { RoleAccount } from '../assembly/role-book.js';
import { trainerErrors } from '../errors/trainer-errors.js';
import type { Session } from './session.js';

/** What must be the same for a run to resume, by what it is called in errors. */
export type Identity = Readonly<Record<string, unknown>>;

/** Options of what fills a role and decorates it, in the order of the role's words; none where something has none. */
type Settings = readonly (Readonly<Record<string, unknown>> | null)[];

/** Seed, batch size, precision, the data, and who fills every role that says it makes another run, with which options. */
export async function identityOf({ assembly, settings, dataset, digest, task }: Session): Promise<Identity> {
  const { seed, batchSize, precision } = settings;
  const filled: [string, string][] = [];
  const options: Record<string, Settings> = {};
  for (const account of assembly.roles.accounts()) {
    const words = inWords(account);
    if (words === undefined) continue;
    filled.push([roleKey(account.role.name), words]);
    const settings = settingsOf(account);
    if (settings.some((each) => each !== null)) options[account.role.name] = settings;
  }
  return {
    seed,
    batchSize,
    precision,
    'data set': dataset.name,
    ...task.identity,
    'data digest': await digest(),
    ...Object.fromEntries(filled),
    [SETTINGS]: options,
  };
}

const SETTINGS = 'settings';

const ROLE = 'role ';

/** What a role is called in an identity. */
function roleKey(role: string): string {
  return ROLE + role;
}

/** The role that is called so, if it is one. */
function roleOf(what: string): string | undefined {
  return what.startsWith(ROLE) ? what.slice(ROLE.length) : undefined;
}

/** Who fills a role, as far as another one would make another run; undefined for roles that never do. */
function inWords({ role, providers, decorators }: RoleAccount): string | undefined {
  const values = providers.filter(({ identity }) => identity).map(({ value }) => value);
  const wraps = decorators.filter(({ identity }) => identity);
  if (!role.identity && values.length === 0 && wraps.length === 0) return undefined;
  const base = values.length === 0 ? 'none' : values.join(', ');
  return [base, ...wraps.map(({ plugin, value }) => `${value} (${plugin})`)].join(', decorated to ');
}

function settingsOf({ providers, decorators }: RoleAccount): Settings {
  return [...providers, ...decorators]
    .filter(({ identity }) => identity)
    .map(({ settings }) => (settings === undefined ? null : plain(settings)));
}

/** As JSON holds it, with nothing left out: an option that is not set is another value than one that is. */
function plain(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(
    JSON.stringify(settings, (_, value: unknown) => {
      if (value === undefined) return null;
      if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
      return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
    }),
  ) as Readonly<Record<string, unknown>>;
}

/**
 * Throws TRAINER_CHECKPOINT_MISMATCH for an option that differs. What one side does not know is left out: a checkpoint may be from
 * before its plugin, or the trainer, said what its options are.
 */
function checkSettings(here: unknown, there: unknown, changed: readonly string[]): void {
  for (const [role, values] of Object.entries(here as Readonly<Record<string, Settings>>)) {
    if (changed.includes(role)) continue;
    for (const [at, settings] of values.entries()) {
      const saved = memberOf(memberOf(there, role), at);
      for (const [option, expected] of Object.entries(settings ?? {})) {
        const found = memberOf(saved, option);
        if (found === undefined || JSON.stringify(expected) === JSON.stringify(found)) continue;
        throw trainerErrors.CHECKPOINT_MISMATCH({
          what: `'${option}' in role ${role}`,
          role,
          expected,
          found,
        });
      }
    }
  }
}

function memberOf(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

/** Throws TRAINER_CHECKPOINT_MISMATCH when something differs that is not among the roles said to have `changed`, TRAINER_NOT_CHANGED for one that cannot have. */
export function checkIdentity(here: Identity, there: Identity, changed: readonly string[]): void {
  const free = new Set(changed.map(roleKey));
  for (const what of new Set([...Object.keys(here), ...Object.keys(there)])) {
    const [expected, found] = [here[what], there[what]];
    if (what === SETTINGS) continue;
    if (free.has(what) || JSON.stringify(expected) === JSON.stringify(found)) continue;
    throw trainerErrors.CHECKPOINT_MISMATCH({ what, expected, found, role: roleOf(what) });
  }
  checkSettings(here[SETTINGS], there[SETTINGS], changed);
  const unknown = changed.find((role) => !(roleKey(role) in here) && !(roleKey(role) in there));
  if (unknown !== undefined) {
    const roles = Object.keys(here).flatMap((what) => roleOf(what) ?? []);
    throw trainerErrors.NOT_CHANGED({ role: unknown, roles });
  }
}
