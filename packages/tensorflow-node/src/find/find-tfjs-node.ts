import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errors } from '../errors.js';
import { NATIVE_PACKAGES, type NativeVariant } from './native-variant.js';

const TFJS_NODE_VERSION = '4.22.0';

/** The same JavaScript without the install script that fails, under its own name. */
const REPLACEMENT = '@evenkeel/tfjs-node';

/** An installed tfjs-node package: its JavaScript; whether its binding is built is another matter. */
export interface TfjsNodePackage {
  readonly name: string;
  readonly version: string;
  /** Folder of the package. */
  readonly root: string;
  /** File of tfjs-core that the package's JavaScript loads. */
  readonly core: string;
}

/**
 * Finds the npm package of a native variant: from `project` (the working folder by default), then from where this
 * package is installed. Undefined where neither has it.
 */
export function findTfjsNode(
  variant: NativeVariant,
  project: string = process.cwd(),
): TfjsNodePackage | undefined {
  const name = NATIVE_PACKAGES[variant];
  const places = [pathToFileURL(join(project, 'package.json')), import.meta.url];
  const manifest = [name, ...(variant === 'native' ? [REPLACEMENT] : [])]
    .flatMap((each) => places.map((from) => tryResolve(createRequire(from), `${each}/package.json`)))
    .find((found) => found !== undefined);
  if (manifest === undefined) return undefined;
  const version = versionIn(manifest);
  const union = tryResolve(createRequire(manifest), '@tensorflow/tfjs');
  const found = union && tryResolve(createRequire(union), '@tensorflow/tfjs-core');
  // One that is half installed is none.
  if (version === undefined || found === undefined) return undefined;
  const core = realpathSync(found);
  return { name, version, root: dirname(realpathSync(manifest)), core };
}

/**
 * The npm package of a native variant.
 * Throws `TENSORFLOW_PACKAGE_MISSING` where {@link findTfjsNode} finds nothing.
 */
export function requireTfjsNode(variant: NativeVariant, project?: string): TfjsNodePackage {
  const found = findTfjsNode(variant, project);
  if (found) return found;
  const packages = [NATIVE_PACKAGES[variant]];
  const install = `${installLine(variant)} && npx evenkeel setup ${variant}`;
  throw errors.PACKAGE_MISSING({ backend: variant, packages, install });
}

/** The line that installs the JavaScript of a variant without its install script, which fails. */
export function installLine(variant: NativeVariant): string {
  return `npm install --ignore-scripts ${NATIVE_PACKAGES[variant]}@${TFJS_NODE_VERSION}`;
}

/** The file of tfjs-core that this package loads. */
export function ownTfjsCore(): string {
  return realpathSync(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'));
}

function versionIn(manifest: string): string | undefined {
  try {
    const { version } = (JSON.parse(readFileSync(manifest, 'utf8')) ?? {}) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function tryResolve(require: NodeJS.Require, specifier: string): string | undefined {
  try {
    const found = require.resolve(specifier);
    return existsSync(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
