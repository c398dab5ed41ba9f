import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { addPrebuilt, installPrebuilt } from '../build/install-addons.js';
import { temporaryFolder } from '../temporary-folder.fixture.js';
import { buildFiles } from './build-files.js';
import { findPrebuilt, prebuiltPackage, type PrebuiltRecord } from './find-prebuilt.js';
import { NAPI_VERSION } from './native-folder.js';

afterEach(() => vi.unstubAllEnvs());

const needs = { tfjsNodeVersion: '4.22.0', tensorflowVersion: '2.21.0' };
const machine = `${process.platform}-${process.arch}`;

/** A project with an installed package of prebuilt addons. */
function projectWith(changes: Partial<PrebuiltRecord> = {}): { project: string; folder: string } {
  const project = temporaryFolder();
  const folder = join(project, 'node_modules', prebuiltPackage());
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  for (const name of ['tfjs_binding.node', 'evenkeel-ops-0123456789ab.node'])
    writeFileSync(join(folder, 'lib', name), name);
  const record = {
    ...needs,
    napiVersion: NAPI_VERSION,
    machine,
    files: buildFiles(folder, /^$/),
    ...changes,
  };
  writeFileSync(join(folder, 'prebuilt.json'), JSON.stringify(record));
  return { project, folder };
}

describe('prebuilt addons', () => {
  it('are found where the package for this machine is installed, or in a folder that is named', () => {
    const { project, folder } = projectWith();
    expect(findPrebuilt(needs, project)?.record.files).toHaveLength(2);
    expect(findPrebuilt(needs, temporaryFolder())).toBeUndefined();
    vi.stubEnv('EVENKEEL_PREBUILT', folder);
    expect(findPrebuilt(needs, temporaryFolder())?.folder).toBe(folder);
    vi.stubEnv('EVENKEEL_PREBUILT', '0');
    expect(findPrebuilt(needs, project)).toBeUndefined();
  });

  it.each([
    ['another TensorFlow', { tensorflowVersion: '2.20.0' }],
    ['another tfjs-node', { tfjsNodeVersion: '4.21.0' }],
    ['another Node-API', { napiVersion: 1 }],
    ['another machine', { machine: 'aix-ppc64' }],
  ])('are left alone where they are for %s', (_what, changes) => {
    expect(findPrebuilt(needs, projectWith(changes).project)).toBeUndefined();
  });

  it('are left alone where a file of them is damaged, or their record is', () => {
    const { project, folder } = projectWith();
    writeFileSync(join(folder, 'lib/tfjs_binding.node'), 'cut');
    expect(findPrebuilt(needs, project)).toBeUndefined();
    writeFileSync(join(folder, 'prebuilt.json'), '{"files": 1');
    expect(findPrebuilt(needs, project)).toBeUndefined();
  });

  it('are put into a build, together or one by one', async () => {
    const { project } = projectWith();
    const prebuilt = findPrebuilt(needs, project)!;
    const build = temporaryFolder();
    await installPrebuilt(prebuilt, build);
    const lib = join(build, `lib/napi-v${NAPI_VERSION}`);
    expect(readdirSync(build)).toEqual(['lib']);
    expect(readFileSync(join(lib, 'tfjs_binding.node'), 'utf8')).toBe('tfjs_binding.node');
    const other = temporaryFolder();
    const file = join(other, 'evenkeel-ops-0123456789ab.node');
    expect(await addPrebuilt(prebuilt, file)).toBe(true);
    expect(readdirSync(other)).toEqual(['evenkeel-ops-0123456789ab.node']);
    expect(await addPrebuilt(undefined, file)).toBe(true); // there already
    expect(await addPrebuilt(prebuilt, join(other, 'evenkeel-ops-000000000000.node'))).toBe(false);
    expect(await addPrebuilt(prebuilt, join(other, 'nowhere', 'tfjs_binding.node'))).toBe(false);
  });
});
