import { describe, expect, it } from 'vitest';
import type { Device } from '../../src/engine/index.ts';
import { deviceAdvice } from '../../src/engine/runtime/device-advice.ts';
import { deviceError, deviceReason, installedDevices } from '../../src/engine/runtime/devices.node.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { checkDevice, probeDevice } from '../../src/engine/runtime/probe.node.ts';

/** Devices that no machine has side by side. */
const foreign: Device = process.platform === 'darwin' ? 'dml' : 'coreml';

describe('a device', () => {
  it('that is not installed is refused with what is, and what to do', () => {
    const installed = installedDevices().join(', ');
    expect(() => createOnnxRuntime({ device: foreign })).toThrow(
      `device: expected one that works here, received ${foreign}: it is not installed. onnxruntime-node `,
    );
    expect(() => createOnnxRuntime({ device: foreign })).toThrow(
      `on ${process.platform} ${process.arch} has ${installed}. ${deviceAdvice[foreign]} Or use cpu.`,
    );
    expect(deviceAdvice.cuda).toContain('ONNXRUNTIME_NODE_INSTALL=cuda12');
  });

  it('that does not exist is refused with those that do', () => {
    expect(() => createOnnxRuntime({ device: 'tpu' as Device })).toThrow(
      'device: expected one of cpu, cuda, webgpu, coreml, dml, received tpu. Name one of them.',
    );
  });

  it('is the CPU unless another one is named', () => {
    expect(createOnnxRuntime()).toMatchObject({ name: 'onnxruntime-node', device: 'cpu' });
  });

  it('that lacks a driver is told apart from a model that does not load', async () => {
    expect(deviceReason('Failed to get a WebGPU adapter: No supported adapters')).toBe('it found no adapter');
    expect(deviceReason('OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library')).toBe(
      'its libraries do not load',
    );
    expect(deviceReason('Failed to load model because protobuf parsing failed.')).toBe(null);
    expect(deviceError('webgpu', 'it found no adapter').message).toMatch(
      /received webgpu: it found no adapter\. .* Vulkan on Linux .* Or use cpu\.$/,
    );
  });
});

describe('a probe', () => {
  it('finds that the CPU works, and why a device that is not installed does not', async () => {
    expect(await probeDevice('cpu')).toBe(null);
    expect(await probeDevice(foreign)).toBe('it is not installed');
  });

  it('before a tuning refuses a device that does not work, and tries none on the CPU', async () => {
    await expect(checkDevice(foreign)).rejects.toThrow(
      `device: expected one that works here, received ${foreign}: it is not installed. onnxruntime-node `,
    );
    await checkDevice('cpu');
  });

  it('finds that a device without a driver does not work, and prints nothing', async () => {
    if (process.platform !== 'linux' || !installedDevices().includes('webgpu')) return;
    const env = { VK_ICD_FILENAMES: '/no/driver.json', VK_DRIVER_FILES: '/no/driver.json' };
    expect(await probeDevice('webgpu', { env })).toBe('it found no adapter');
  });
});
