// Every engine that this machine has must pass the conformance suite; one that it lacks is skipped, with the reason.

import { describe, it } from 'vitest';
import { type Device, devices, type Runtime } from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { createOnnxWebRuntime } from '../../src/engine/runtime/onnx.web.ts';
import { probeDevice } from '../../src/engine/runtime/probe.node.ts';
import { runtimeConformance } from '../../src/testing.ts';
import { webGpuDriver } from './support/webgpu-driver.ts';

const reference = createOnnxRuntime();

/** Software WebGPU compiles each shader on this processor, which takes most of a minute for a network's first step. */
const patience = 180_000; // ms

function conforms(name: string, createRuntime: () => Runtime): void {
  describe(name, () => {
    const runtime = createRuntime();
    it.each(runtimeConformance)('$name', ({ run }) => run({ runtime, reference }), patience);
  });
}

/** Why a device cannot be tested here; WebGPU takes a software driver where there is no other. */
async function problemOf(device: Device): Promise<string | null> {
  if (device !== 'webgpu') return probeDevice(device);
  const { env, problem } = await webGpuDriver();
  Object.assign(process.env, env);
  return problem;
}

conforms('onnxruntime-web, wasm', createOnnxWebRuntime);
for (const device of devices) {
  const problem = await problemOf(device);
  if (problem === null) conforms(`onnxruntime-node, ${device}`, () => createOnnxRuntime({ device }));
  else {
    console.log(`${device}: skipped, ${problem}`);
    it.skip(`${device}: skipped, ${problem}`, () => undefined);
  }
}
