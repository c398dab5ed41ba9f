import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { libraryFiles } from '../find/library-files.js';
import { bindingFile, NAPI_VERSION } from '../find/native-folder.js';
import type { Prebuilt } from '../find/find-prebuilt.js';

/** Puts prebuilt addons into `folder/lib`, which appears when it is whole. */
export async function installPrebuilt({ folder: from, record }: Prebuilt, folder: string): Promise<void> {
  const partial = join(folder, 'lib.partial');
  const target = join(partial, `napi-v${NAPI_VERSION}`);
  await rm(partial, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const { path } of record.files) await copyFile(join(from, path), join(target, basename(path)));
  await rename(partial, join(folder, 'lib'));
}

/** Puts one prebuilt addon into its place in a native build, where it is among them; tells whether it is there then. */
export async function addPrebuilt(prebuilt: Prebuilt | undefined, file: string): Promise<boolean> {
  if (existsSync(file)) return true;
  const found = prebuilt?.record.files.find(({ path }) => basename(path) === basename(file));
  if (prebuilt === undefined || found === undefined) return false;
  const aside = `${file}.${process.pid}.part`;
  try {
    await copyFile(join(prebuilt.folder, found.path), aside);
    await rename(aside, file);
    return true;
  } catch {
    await rm(aside, { force: true });
    return false;
  }
}

/** Windows looks for libraries beside the addon that asks for them: a second name for the same file. */
export async function putLibrariesBeside(folder: string): Promise<void> {
  if (process.platform !== 'win32') return;
  for (const name of libraryFiles().members.map((member) => basename(member))) {
    const target = join(dirname(bindingFile(folder)), name);
    if (!existsSync(target)) await link(join(folder, 'deps/lib', name), target);
  }
}
