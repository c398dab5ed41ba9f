import { existsSync } from 'node:fs';
import { useBackend } from '../node/use-backend.js';

/** The software driver that Debian's and Ubuntu's package chromium brings; with libvulkan1 it needs no GPU. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Starts webgpu, on a software driver where there is no other; gives what a test's title says where it cannot. */
export async function tryWebgpu(): Promise<string | undefined> {
  if (existsSync(SWIFTSHADER)) process.env.VK_ICD_FILENAMES ??= SWIFTSHADER;
  try {
    await useBackend('webgpu');
    return undefined;
  } catch {
    return ', skipped: no Vulkan driver; install the packages chromium and libvulkan1, or name one in VK_ICD_FILENAMES';
  }
}
