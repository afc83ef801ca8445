// In: the name of a device. Out: whether onnxruntime-node has its code on this machine, or an error that says what to
// install. Whether the device works only a run shows: see probe.node.ts.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { FettleError } from '../../base/error.ts';
import { deviceAdvice } from './device-advice.ts';
import { type Device, devices } from './runtime.ts';

/** The devices that onnxruntime-node has the code for on this machine. */
export function installedDevices(): readonly Device[] {
  const known = listSupportedBackends();
  return devices.filter((device) => {
    const backend = known.find(({ name }) => name === device);
    return backend !== undefined && (backend.bundled || hasLibrary(device));
  });
}

/** Files that are not bundled lie beside the binding once the package's install script has fetched them. */
function hasLibrary(device: Device): boolean {
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node'));
  const file = `libonnxruntime_providers_${device}.so`;
  return existsSync(join(folder, '..', 'bin', 'napi-v6', process.platform, process.arch, file));
}

/** An error that says which device was asked for, what this installation has, and what to do. */
export function deviceError(device: Device, reason: string, cause?: unknown): FettleError {
  return new FettleError(
    'engine',
    `device: expected one that works here, received ${device}: ${reason}. onnxruntime-node ${env.versions.node} on ` +
      `${process.platform} ${process.arch} has ${installedDevices().join(', ')}. ${deviceAdvice[device]} Or use cpu.`,
    { cause },
  );
}

/** Throws when this installation lacks the device's code. */
export function requireDevice(device: Device): void {
  if (!devices.includes(device)) {
    throw new FettleError(
      'engine',
      `device: expected one of ${devices.join(', ')}, received ${String(device)}. Name one of them.`,
    );
  }
  if (!installedDevices().includes(device)) throw deviceError(device, 'it is not installed');
}

/** Why a device does not work, from what onnxruntime says when a model is loaded on it; null for other failures. */
export function deviceReason(said: string): string | null {
  if (said.includes('Failed to get a WebGPU adapter')) return 'it found no adapter';
  if (said.includes('shared library')) return 'its libraries do not load';
  return null;
}
