// fettle's own training step: gathering the batch's bytes, forward, backward, the optimizer with its health statistics.
// It is put together as `createTrainer` does it, since LeNet is no plan's network.

import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { createLoss } from '../../../src/network/index.ts';
import { createLayout } from '../../../src/training/layout.ts';
import { bufferTensors, createMemory, gatherImages, layoutTensors, only } from '../../../src/training/memory.ts';
import { createOptimizer } from '../../../src/training/optimizer.ts';
import { buildTrainingStep } from '../../../src/training/step.ts';
import { versions } from '../../../src/tuning/versions.node.ts';
import { serve, timed } from '../../lib/serve.ts';
import { networkOf, planOf } from '../networks.ts';
import { classes, comparedSteps, labelsOf, pixelsOf, optimizer as rates, settingOf, startOf } from '../setting.ts';

const setting = settingOf(process.argv[2]);
const runtime = createOnnxRuntime({ threads: Number(process.argv[3] ?? 1) });

async function createSteps() {
  const { channels, side, batch, center, factor } = setting;
  const plan = planOf(setting);
  const network = networkOf(setting);
  const layout = createLayout(network.parameters);
  const loss = createLoss(plan.loss, { outputs: classes, classWeights: null });
  const options = { task: 'classification', network, inputs: network.inputs, layout, loss } as const;
  const graph = buildTrainingStep(options, batch, { dropout: false, mixing: false }, await runtime.convolutionBlock());
  const session = await runtime.load(graph.bytes, { oneBlock: false });
  const shape = { channels, height: side, width: side };
  const memory = createMemory(plan, layout, [], batch, { width: 0, images: shape });
  const parameters = memory.float32('parameters');
  network.parameters.forEach(({ name, shape }, i) => {
    parameters.set(startOf(i, name, shape), layout.parameters.find(({ spec }) => spec.name === name)?.slot.offset);
  });
  const buffers = Object.fromEntries(
    network.buffers.map(({ name, shape }) => [
      name,
      new Float32Array(shape[0] ?? 0).fill(name.endsWith('variance') ? 1 : 0),
    ]),
  );
  const next = Object.fromEntries(Object.entries(buffers).map(([name, values]) => [name, values.slice()]));
  const optimizer = createOptimizer(
    plan.optimizer,
    memory,
    layout.parameters.map(({ slot }) => slot),
    plan.training,
  );
  const images = {
    ...shape,
    center,
    factor,
    pixels: pixelsOf(setting),
    index: Uint32Array.from({ length: batch }, (_, i) => i),
  };
  const batchPixels = memory.uint8('images').subarray(0, batch * channels * side * side);
  const lossValue = new Float32Array(1);
  const feeds = only(
    {
      images: runtime.tensor('uint8', batchPixels, [batch, channels, side, side]),
      target: runtime.tensor('int32', labelsOf(setting), [batch]),
      ...layoutTensors(runtime, layout, parameters, { packed: 'parameters', single: 'parameter' }),
      ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
    },
    session.inputs,
  );
  const fetches = {
    loss: runtime.tensor('float32', lossValue, []),
    ...layoutTensors(runtime, layout, memory.float32('gradients'), { packed: 'gradients', single: 'gradient' }),
    ...bufferTensors(runtime, network.buffers, next, 'next'),
  };
  let step = 0;
  const run = async (): Promise<void> => {
    gatherImages(batchPixels, images, images.index);
    await session.run(feeds, fetches);
    for (const name of graph.updates) buffers[name]?.set(next[name] ?? []);
    optimizer.step(++step, { learningRate: rates.learningRate, l2: 0, l1: 0 });
  };
  const multiplyAdds = network.steps.reduce((sum, layer) => sum + layer.multiplyAdds, 0);
  return { run, loss: () => lossValue[0] ?? Number.NaN, multiplyAdds };
}

const steps = await createSteps();
const { fettle, node, 'onnxruntime-node': onnxruntime } = versions();
const losses: number[] = [];
for (let i = 0; i < comparedSteps; i++) {
  await steps.run();
  losses.push(steps.loss());
}
await serve(
  { fettle, node, onnxruntime, multiplyAdds: String(steps.multiplyAdds) },
  {
    losses: async () => ({ losses }),
    step: async ({ count }) => ({ ms: await timed(count, steps.run), loss: steps.loss() }),
  },
);
