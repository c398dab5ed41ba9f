import { messageOf } from '@evenkeel/errors';
import type { PluginCheck, WrongOptions } from './kit.js';
import { codeOf } from './kit-run.js';

/** Wrong options are refused by the factory, with a code and a text to act on. */
export const checkWrongOptions: PluginCheck = async ({ wrongOptions = [] }) =>
  wrongOptions.flatMap(problemsOf);

function problemsOf({ what, make, code, option }: WrongOptions): string[] {
  let error: unknown;
  try {
    make();
    return [`${what}: nothing was thrown. Check options in the factory, before anything is trained.`];
  } catch (caught) {
    error = caught;
  }
  const text = messageOf(error);
  const found = codeOf(error);
  const problems: string[] = [];
  if (found !== code) {
    problems.push(
      `${what}: expected an error of code ${code}, received ${found ?? 'one without a code'} ("${text}"). defineErrors of @evenkeel/errors makes coded errors.`,
    );
  }
  if (option !== undefined && !text.includes(option)) {
    problems.push(`${what}: the text does not name '${option}': "${text}". Name the culprit.`);
  }
  // Of a misspelt name the text tells which names there are.
  const says = /expected/i.test(text) && /received|found|no option|unknown/i.test(text);
  if (!says && !/unknown\. .*Options: /s.test(text)) {
    problems.push(`${what}: the text does not say what was expected and what was received: "${text}".`);
  }
  if (!/[.!)]\s+\S.*\.$/s.test(text)) {
    problems.push(`${what}: the text does not end with what to do, in a separate sentence: "${text}".`);
  }
  return problems;
}
