// From the channels' means to the outputs: dense layers with dropout before each.

import { activations, type InitializerId } from '../activations.ts';
import { createStep } from '../step.ts';
import { type Builder, push, type RowSource } from './convolution-unit.ts';
import { firstOutputScale, ones } from './start.ts';

/** A dense layer of a network without members. */
function dense(source: RowSource, outputs: number, initializer: InitializerId) {
  return {
    inputs: source.width,
    outputs,
    bias: true,
    members: null,
    sharing: 'none',
    inputFactor: 'ones',
    groups: ones(source.width),
    initializer,
    gain: 1,
    scale: 1,
  } as const;
}

function dropout(builder: Builder, source: RowSource, group: string): RowSource {
  const options = { width: source.width, members: null };
  return push(
    builder,
    createStep({ name: `${group}.dropout`, group, layer: 'dropout', options, inputs: [source.name] }),
  );
}

/** Dense, batch normalization, activation. */
function hiddenLayer(builder: Builder, input: RowSource, group: string, width: number): RowSource {
  const { normalization, activation, initializer } = builder.plan;
  const gain = activations[activation].gain;
  const options = { ...dense(input, width, initializer), bias: normalization === 'none', gain };
  let source = push(builder, createStep({ name: group, layer: 'dense', options, inputs: [input.name] }));
  if (normalization === 'batch') {
    const place = { name: `${group}.normalization`, group, inputs: [source.name] };
    const step = createStep({ ...place, layer: 'batch-normalization', options: { width, members: null } });
    source = push(builder, step);
  }
  const place = { name: `${group}.activation`, group, inputs: [source.name] };
  return push(builder, createStep({ ...place, layer: 'activation', options: { width, kind: activation } }));
}

/** Adds the hidden dense layers of the plan and the output layer. */
export function denseHead(builder: Builder, means: RowSource, outputs: number): void {
  const { hidden, initializer } = builder.plan;
  let source = dropout(builder, means, 'average');
  hidden.forEach((width, index) => {
    const group = `hidden.${index}`;
    source = dropout(builder, hiddenLayer(builder, source, group, width), group);
  });
  const options = { ...dense(source, outputs, initializer), scale: firstOutputScale(initializer) };
  push(builder, createStep({ name: 'output', layer: 'dense', options, inputs: [source.name] }));
}
