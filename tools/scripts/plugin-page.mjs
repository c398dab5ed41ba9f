#!/usr/bin/env node
// `node tools/scripts/plugin-page.mjs [FILE]`: writes the tables of docs/plugins.md: what is said of roles from the values
// CORE_ROLES, members and events from the types of trainer-core's contract; with --check it only says whether they are current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = join(root, 'packages', 'trainer-core', 'src');
const files = readdirSync(join(sources, 'contract'))
  .map((name) => join('contract', name.replace(/\.ts$/, '')))
  .filter((name) => !/\.test(-d)?$/.test(name));
const statementsOf = (name) => {
  const text = readFileSync(join(sources, `${name}.ts`), 'utf8');
  return [...ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).statements];
};
const statements = [...files, join('random', 'random-stream')].flatMap(statementsOf);
const named = new Map(
  statements
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    .map((node) => [node.name.text, node]),
);

const oneLine = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const code = (text) => (text ? `\`${oneLine(text)}\`` : '');
const commentOf = (node) => ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
const docOf = (node) => oneLine(ts.getTextOfJSDocComment(commentOf(node)?.comment)).split(' ```')[0];
const row = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const table = (head, rows) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const signatureOf = (member) =>
  code(
    member
      .getText()
      .replace(/^readonly /, '')
      .replace(/;$/, ''),
  );
const membersOf = (name) => [...named.get(name).members].filter((member) => member.name?.text !== 'type');
/** What the docstring of a member's type says. */
const docOfType = (member) => {
  const type = named.get(member.type.getText());
  return type === undefined ? '' : docOf(type);
};
const doors = (name) =>
  table(
    [name, 'what'],
    membersOf(name).map((member) => [signatureOf(member), docOf(member) || docOfType(member)]),
  );

/** The types of the roles' values, by the name of the constant. */
const typesOfRoles = new Map(
  statementsOf(join('roles', 'core-roles'))
    .filter(ts.isVariableStatement)
    .map(({ declarationList }) => declarationList.declarations[0])
    .filter(({ type }) => /^(Single|List)Role$/.test(type?.typeName?.text))
    .map(({ name, type }) => [name.text, type.typeArguments[0].getText()]),
);

/** What `kind` names of a type: `DataInput` is a data set, or what will load one. */
const alternatives = (type) => {
  const node = named.get(type);
  return ts.isTypeAliasDeclaration(node) ? node.type.getText().split(' | ') : [type];
};

/** Roles in the order in which the loop uses them. */
const { module } = await runnerImport(join(sources, 'roles', 'core-roles.ts'), {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['@evenkeel/source', 'node', 'import', 'module', 'default'] },
});
const roles = module.CORE_ROLES.map((role) => {
  const { name, kind, purpose, called, option, fallback, identity, shape } = role;
  const type = typesOfRoles.get(name);
  if (type === undefined) throw new Error(`${name}: core-roles.ts has no constant of this name`);
  return {
    ...{ name, kind, type, purpose, called, identity },
    shape: shape.words,
    option: option ?? '',
    fallback: fallback?.words ?? (kind === 'list' ? 'none' : 'required'),
  };
});

/** Types that fill roles, and what they build. */
const fillers = (() => {
  const names = roles.flatMap(({ type }) => alternatives(type));
  const built = names.flatMap((name) =>
    [...named.get(name).members].filter(ts.isMethodSignature).map((member) => member.type.getText()),
  );
  const mentioned = built.flatMap((text) => text.match(/\b[A-Z]\w+/g) ?? []);
  return [...new Set([...names, ...mentioned])].filter(
    (name) => named.has(name) && ts.isInterfaceDeclaration(named.get(name)),
  );
})();

/** Types of the contract that these mention, directly or by way of others, in the order in which they are met. */
function given(names) {
  const found = new Set(names);
  for (const name of found) {
    const node = named.get(name);
    for (const [other] of node.getText().matchAll(/\b[A-Z]\w+/g)) if (named.has(other)) found.add(other);
  }
  return [...found].filter((name) => !names.includes(name));
}

/** A type with its docstring, and its members or what it stands for. */
function typeRow(name) {
  const node = named.get(name);
  const parents = (node.heritageClauses ?? []).flatMap(({ types }) =>
    types.map((type) => code(type.getText())),
  );
  const title = [code(name), ...parents].join(', a ');
  const body = ts.isInterfaceDeclaration(node)
    ? membersOf(name).map(fieldOf).join('<br>')
    : code(node.type.getText().replace(/^\| /, ''));
  return [`${title}: ${docOf(node)}`, body];
}

/** What the contexts of a classification hold beside the common ones. */
const CLASSIFICATION = [
  'ClassBatch',
  'ClassBatchContext',
  'ClassificationContext',
  'ClassificationPosthocContext',
  'ClassMetricContext',
  'ClassInspection',
  'ClassNetworkView',
];

const union = (name) => named.get(name).type.types.map((type) => type.getText());
const fieldOf = (member) =>
  [signatureOf(member), docOf(member)].filter(Boolean).join(': ').replace(/\.$/, '');
const eventType = (event) => {
  const type = [...named.get(event).members].find((member) => member.name.text === 'type');
  return type.type.literal.text;
};
const streamsOf = (event) =>
  ['EpochEvent', 'BatchEvent', 'StepEvent']
    .filter((name) => union(name).includes(event))
    .map((name) => `\`${name.replace('Event', '').toLowerCase()}$\``)
    .concat('`events$`')
    .join(', ');

const tables = {
  roles: table(
    ['role', 'kind', 'what it is for', 'when it is called', 'default', 'option', 'identity'],
    roles.map(({ name, kind, purpose, called, fallback, option, identity }) => [
      ...[code(name), kind, purpose, called, fallback, code(option), identity ? 'yes' : 'no'],
    ]),
  ),
  shapes: table(
    ['role', 'type of a value', 'what is checked when it is given'],
    roles.map(({ name, type, shape }) => [code(name), code(type), code(shape)]),
  ),
  own: [doors('RoleDeclaration'), doors('FallbackContext')].join('\n\n'),
  given_options: doors('GivenOptions'),
  log: doors('LayerContext'),
  tasks: [doors('Task'), doors('JoinedTask')].join('\n\n'),
  classification: table(['type', 'members'], CLASSIFICATION.map(typeRow)),
  fillers: table(['type', 'members'], fillers.map(typeRow)),
  given: table(['type', 'members'], given(fillers).map(typeRow)),
  events: table(
    ['event', 'when', 'payload, besides `position`', 'streams'],
    union('TrainerEvent').map((event) => [
      code(eventType(event)),
      docOf(named.get(event)),
      membersOf(event).map(fieldOf).join('<br>') || 'nothing more',
      streamsOf(event),
    ]),
  ),
  position: doors('Position'),
  plugin: doors('TrainerPlugin'),
  setup: doors('SetupContext'),
  registry: doors('RoleRegistry'),
  requests: doors('Requests'),
  state: [doors('StateRegistry'), doors('Persistent')].join('\n\n'),
};

/** The page with its tables as the sources have them. */
async function render(text, path) {
  let rendered = text;
  for (const [name, rows] of Object.entries(tables)) {
    const place = new RegExp(`(<!-- table: ${name} -->)[^]*?(<!-- end -->)`);
    if (!place.test(rendered)) throw new Error(`${path} has no place for the table '${name}'`);
    rendered = rendered.replace(place, (_all, begin, end) => `${begin}\n\n${rows}\n\n${end}`);
  }
  return format(rendered, { ...(await resolveConfig(path)), filepath: path });
}

const args = process.argv.slice(2);
const path = args.find((arg) => !arg.startsWith('--')) ?? join(root, 'docs', 'plugins.md');
const text = readFileSync(path, 'utf8');
const current = await render(text, path);
if (!args.includes('--check')) writeFileSync(path, current);
else if (current !== text) {
  console.error(`${path} is not current. Run: node tools/scripts/plugin-page.mjs`);
  process.exitCode = 1;
}
