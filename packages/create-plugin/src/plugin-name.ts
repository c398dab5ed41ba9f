import { createPluginErrors } from './errors.js';

/** A plugin's name in every spelling that its files need. */
export interface PluginName {
  /** Name of the npm package, such as `@lab/label-noise`. */
  readonly package: string;
  /** Folder, and names of files: `label-noise`. */
  readonly short: string;
  /** The factory: `labelNoise`. */
  readonly factory: string;
  /** Its options: `LabelNoiseOptions` begins with it. */
  readonly type: string;
  /** Its error codes: `LABEL_NOISE_BAD_OPTION` begins with it. */
  readonly code: string;
}

const WORDS = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const SCOPED = /^(?:@([a-z0-9][a-z0-9._-]*)\/)?([^/]*)$/;

/** Names that the files of a plugin use otherwise, and words that TypeScript keeps for itself. */
const TAKEN = new Set(
  (
    'errors index manifest readme add-noise ' +
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static ' +
    'super switch this throw true try typeof var void while with yield arguments eval'
  ).split(' '),
);

/** Takes a name apart; throws `CREATE_BAD_NAME` where no package, file and function can be called that. */
export function parsePluginName(name: string): PluginName {
  const fail = (problem: string) => createPluginErrors.BAD_NAME({ received: name, problem });
  const match = SCOPED.exec(name);
  if (match === null) throw fail('it is not the name of a package');
  const [, , short] = match;
  if (!WORDS.test(short)) throw fail(short === '' ? 'there is no word' : `'${short}' is no such word`);
  if (TAKEN.has(short)) throw fail(`'${short}' is a word that has a meaning already`);
  if (name.length > 100) throw fail('it is longer than 100 characters');
  const words = short.split('-');
  const type = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  return {
    package: name,
    short,
    factory: type[0].toLowerCase() + type.slice(1),
    type,
    code: words.join('_').toUpperCase(),
  };
}
