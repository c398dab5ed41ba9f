import { errors } from '../errors.js';
import { runProgram } from './run-program.js';

/** A program that is missing, and the line that installs it. */
export interface MissingTool {
  readonly tool: string;
  readonly fix: string;
}

/** The compiler of C++ of this machine, with its first arguments; `CXX` names another than the usual. Undefined where there is none. */
export async function findCompiler(): Promise<readonly string[] | undefined> {
  const { CXX } = process.env;
  for (const command of [CXX, 'g++', 'c++', 'clang++']) {
    if (!command) continue;
    const words = command.split(/\s+/).filter(Boolean);
    const { code } = await runProgram(words[0], [...words.slice(1), '--version']);
    if (code === 0) return words;
  }
  return undefined;
}

/** What to install where there is neither a compiler nor a package with what it would make. */
export function missingCompiler(platform: string = process.platform): MissingTool {
  if (platform === 'darwin') return { tool: 'clang++', fix: 'xcode-select --install' };
  if (platform === 'linux') return { tool: 'g++', fix: 'sudo apt-get install g++' };
  const name = `@evenkeel/native-${platform}-${process.arch}`;
  return { tool: name, fix: `npm install ${name}` };
}

/**
 * The compiler of this machine.
 * Throws `TENSORFLOW_TOOL_MISSING` where there is none.
 */
export async function requireCompiler(): Promise<readonly string[]> {
  const compiler = await findCompiler();
  if (compiler === undefined) throw errors.TOOL_MISSING(missingCompiler());
  return compiler;
}
