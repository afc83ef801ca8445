// In: the name of a device. Out: whether it works on this machine, tried with a small model in a process of its own,
// since a broken driver prints what it likes and may end the process.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { deviceError, installedDevices } from './devices.node.ts';
import type { Device } from './runtime.ts';

/** How a probe is made. */
export interface ProbeOptions {
  /** Variables beside those of this process, such as the one that names a Vulkan driver. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Seconds after which a device that has not answered counts as broken; the first run compiles its shaders. */
const patience = 60;

/** What keeps the device from working here, in a few words such as `it is not installed`; null where it works. */
export async function probeDevice(device: Device, { env = {} }: ProbeOptions = {}): Promise<string | null> {
  if (!installedDevices().includes(device)) return 'it is not installed';
  const here = import.meta.url;
  const file = fileURLToPath(new URL(here.endsWith('.ts') ? './try-device.node.ts' : './try-device.node.js', here));
  const options = { env: { ...process.env, ...env }, timeout: 1000 * patience };
  return new Promise((resolve) => {
    execFile(process.execPath, [file, device], options, (error, output) => {
      if (error === null) resolve(JSON.parse(output) as string | null);
      else resolve(`a trial of it ended with ${endOf(error)}`);
    });
  });
}

/** Throws unless the device works here; the CPU is not tried. */
export async function checkDevice(device: Device): Promise<void> {
  const problem = device === 'cpu' ? null : await probeDevice(device);
  if (problem !== null) throw deviceError(device, problem);
}

function endOf({ code, signal }: { readonly code?: number | string | null; readonly signal?: string | null }): string {
  return signal == null ? `exit code ${code}` : `signal ${signal}`;
}
