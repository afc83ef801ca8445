// What to install for each device, in words; who prints it need not load the engine.

import type { Device } from './runtime.ts';

/** What to do where a device does not work. */
export const deviceAdvice: Readonly<Record<Device, string>> = {
  cpu: 'Install onnxruntime-node again.',
  cuda:
    'CUDA runs on Linux x64 with an NVIDIA driver, CUDA 12 and cuDNN 9: install these, then add the CUDA files to ' +
    'onnxruntime-node with `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install`.',
  webgpu:
    'WebGPU comes with onnxruntime-node on Linux x64, macOS and Windows and needs a graphics driver: Vulkan on Linux ' +
    '(`vulkaninfo --summary` lists the drivers), Metal on macOS, Direct3D 12 on Windows.',
  coreml: 'CoreML comes with onnxruntime-node on macOS only.',
  dml: 'DirectML comes with onnxruntime-node on Windows only.',
};
