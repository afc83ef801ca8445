// In: this machine. Out: the variables with which WebGPU finds a Vulkan driver here, or why it finds none.

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { probeDevice } from '../../../src/engine/runtime/probe.node.ts';

/** SwiftShader, the software driver that comes with Chromium: slow, but it runs everything. */
const software = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** A driver for the tests: that of the machine, else SwiftShader. `problem` is null where WebGPU works. */
export async function webGpuDriver(): Promise<{
  readonly env: Readonly<Record<string, string>>;
  readonly problem: string | null;
}> {
  const problem = await probeDevice('webgpu');
  if (problem === null || !existsSync(software)) return { env: {}, problem };
  // The loader complains on the terminal where there is no such folder.
  const env = { VK_ICD_FILENAMES: software, XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };
  return { env, problem: await probeDevice('webgpu', { env }) };
}
