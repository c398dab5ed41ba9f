#!/usr/bin/env node
// `node tools/scripts/plugin-page.mjs [FILE]`: writes the tables of docs/plugins.md from the sources of trainer-core's contract;
// with --check it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const contract = join(root, 'packages', 'trainer-core', 'src', 'contract');
const files = [
  ...['checkpoint-store', 'core-roles', 'dataset', 'events', 'initial-weights', 'inspector', 'layers'],
  ...['metric', 'plugin', 'sampler', 'step', 'step-compiler', '../random/random-stream'],
];
const statements = files.flatMap((name) => {
  const text = readFileSync(join(contract, `${name}.ts`), 'utf8');
  return [...ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true).statements];
});
const named = new Map(
  statements
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    .map((node) => [node.name.text, node]),
);

const oneLine = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const code = (text) => (text ? `\`${oneLine(text)}\`` : '');
const commentOf = (node) => ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
const docOf = (node) => oneLine(ts.getTextOfJSDocComment(commentOf(node)?.comment)).split(' ```')[0];
const remarksOf = (node) =>
  oneLine(
    ts.getTextOfJSDocComment(commentOf(node)?.tags?.find((tag) => tag.tagName.text === 'remarks')?.comment),
  );
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

/** Roles in the order in which the loop uses them. */
const isRole = (node) =>
  ts.isVariableStatement(node) && /Role$/.test(node.declarationList.declarations[0].type?.typeName?.text);
const roles = statements.filter(isRole).map((statement) => {
  const { name, type } = statement.declarationList.declarations[0];
  const doc = docOf(statement);
  const [, what, fallback] = /^(.*?)(?: Required\.| Default: (.*)|; default: (.*))?$/.exec(doc).slice(0, 3);
  const required = / Required\.$/.test(doc);
  const late = /; default: (.*)$/.exec(doc)?.[1];
  const standard = fallback ?? late;
  if (!required && standard === undefined) throw new Error(`${name.text}: the docstring names no default`);
  if (remarksOf(statement) === '')
    throw new Error(`${name.text}: the docstring does not say when it is called`);
  return {
    name: name.text,
    kind: type.typeName.text === 'ListRole' ? 'list' : 'one',
    type: type.typeArguments[0].getText(),
    what: what.replace(/[^.]$/, '$&.'),
    when: remarksOf(statement),
    fallback: required ? 'required' : standard.replace(/\.$/, ''),
  };
});

/** Types that fill roles, and what they build. */
const fillers = (() => {
  const names = roles.flatMap(({ type }) => type.split(' | '));
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
    ['role', 'kind', 'type', 'what', 'when', 'default'],
    roles.map(({ name, kind, type, what, when, fallback }) => [
      code(name),
      kind,
      code(type),
      what,
      when,
      fallback,
    ]),
  ),
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
