import { errors } from '../errors.js';
import { runProgram } from './run-program.js';

/** Programs that setting up native needs; undefined where one is missing. */
export interface BuildTools {
  /** A Python 3. */
  readonly python: string | undefined;
  /** Whether that Python has pip. */
  readonly pip: boolean;
  readonly make: string | undefined;
  /** A C++ compiler. */
  readonly compiler: string | undefined;
}

/** A program that is missing, and the line that installs it on Debian and Ubuntu, Fedora, or Alpine-like systems. */
export interface MissingTool {
  readonly tool: string;
  readonly fix: string;
}

/** Looks for Python 3, pip, make and a C++ compiler; `PYTHON` and `CXX` name others than the usual. */
export async function findBuildTools(): Promise<BuildTools> {
  const { PYTHON, CXX } = process.env;
  const [python, make, compiler] = await Promise.all([
    firstThatRuns([PYTHON, 'python3', 'python'], (output) => output.includes('Python 3')),
    firstThatRuns(['make', 'gmake']),
    firstThatRuns([CXX, 'g++', 'c++', 'clang++']),
  ]);
  const pip = python !== undefined && (await runProgram(python, ['-m', 'pip', '--version'])).code === 0;
  return { python, pip, make, compiler };
}

/** What of the tools is missing; pip is not asked for where the wheel is at hand. */
export function missingTools(tools: BuildTools, needs: { readonly pip: boolean }): readonly MissingTool[] {
  const wanted: readonly [boolean, string, string][] = [
    [tools.python !== undefined, 'python3', 'sudo apt-get install python3'],
    [tools.pip || !needs.pip, 'pip', 'sudo apt-get install python3-pip'],
    [tools.make !== undefined, 'make', 'sudo apt-get install make'],
    [tools.compiler !== undefined, 'g++', 'sudo apt-get install g++'],
  ];
  return wanted.filter(([present]) => !present).map(([, tool, fix]) => ({ tool, fix }));
}

/**
 * The Python to use, once nothing is missing.
 * @throws TENSORFLOW_TOOL_MISSING for the first tool that is missing.
 */
export function requireTools(
  tools: BuildTools,
  needs: { readonly pip: boolean },
): { readonly python: string } {
  const [missing] = missingTools(tools, needs);
  if (missing) throw errors.TOOL_MISSING(missing);
  return { python: tools.python as string };
}

async function firstThatRuns(
  commands: readonly (string | undefined)[],
  accepts: (output: string) => boolean = () => true,
): Promise<string | undefined> {
  for (const command of commands) {
    if (!command) continue;
    const { code, output } = await runProgram(command, ['--version']);
    if (code === 0 && accepts(output)) return command;
  }
  return undefined;
}
