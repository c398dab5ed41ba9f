import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { errors } from '../errors.js';
import { registerWebgpuTrainingKernels } from '../webgpu/register-webgpu-training-kernels.js';

const PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu'];

interface WebgpuModule {
  readonly create: (options: readonly string[]) => object;
  readonly globals: object;
}

interface Gpu {
  requestAdapter(): Promise<{
    readonly info: {
      readonly description: string;
      readonly vendor: string;
      /** Whether a processor computes what a GPU should. */
      readonly isFallbackAdapter: boolean;
    };
  } | null>;
}

/**
 * Starts the backend `webgpu` on Dawn, from the npm packages `webgpu` and `@tensorflow/tfjs-backend-webgpu` of the
 * project or beside this package. Returns the name of the graphics adapter. A software driver, which is far slower than
 * wasm and good for tests only, is refused unless `software` says that it will do.
 * Throws `RUNTIME_PACKAGE_MISSING` where they are not installed.
 */
export async function useWebgpu(software: boolean): Promise<string> {
  const missing = missingWebgpuPackages();
  if (missing.length > 0) {
    throw errors.PACKAGE_MISSING({
      backend: 'webgpu',
      packages: missing,
      install: `npm install ${PACKAGES.join(' ')}`,
    });
  }
  const { create, globals } = (await import(locate(PACKAGES[0]))) as WebgpuModule;
  Object.assign(globalThis, globals);
  const navigator = (globalThis as { navigator?: { gpu?: Gpu } }).navigator ?? {};
  if (!('gpu' in navigator)) {
    Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true });
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  }
  const adapter = await (navigator as { readonly gpu: Gpu }).gpu.requestAdapter();
  if (adapter === null) throw new Error('there is no graphics driver that it could use');
  const name = adapter.info.description || adapter.info.vendor;
  if (adapter.info.isFallbackAdapter && !software) throw new Error(`${name} is no GPU`);
  await import(locate(PACKAGES[1]));
  registerWebgpuTrainingKernels();
  env().set('WEBGPU_CPU_FORWARD', false);
  if (!(await setBackend('webgpu'))) throw new Error('tfjs could not initialise it');
  return name;
}

/** Which of the packages that webgpu needs are not installed. */
export function missingWebgpuPackages(): readonly string[] {
  return PACKAGES.filter((name) => find(name) === undefined);
}

function locate(name: string): string {
  return pathToFileURL(find(name) as string).href;
}

function find(name: string): string | undefined {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Not from here.
    }
  }
  return undefined;
}
