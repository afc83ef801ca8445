// Dense layers for columns, embedded where the plan says so; an image is one long row of scaled pixels to them.

import { FettleError } from '../../base/error.ts';
import type { MlpPlan } from '../../plan/plan.ts';
import { activations } from '../activations.ts';
import type { InputFactorStart } from '../layers/dense.ts';
import type { ImageInputs, NetworkInputs } from '../specs.ts';
import { createStep, type Step } from '../step.ts';
import { imageScaleStep } from './image-input.ts';
import { firstOutputScale, ones } from './start.ts';

/** Where the next layer takes its input from. */
interface Source {
  readonly name: string;
  readonly width: number;
  /** Widths of the parts that stem from one column of the table each. */
  readonly groups: readonly number[];
}

/** A growing network. */
interface Builder {
  readonly steps: Step[];
  readonly plan: MlpPlan;
  /** k where there is a member axis, else null. */
  readonly members: number | null;
  /** k where embeddings and input factors exist once per member. */
  readonly separate: number | null;
}

function push(builder: Builder, step: Step, groups: readonly number[] = []): Source {
  builder.steps.push(step);
  return { name: step.name, width: step.width, groups };
}

/** The indices at which a list of flags is `wanted`. */
const indices = (flags: readonly boolean[], wanted: boolean): readonly number[] =>
  flags.flatMap((flag, i) => (flag === wanted ? [i] : []));

/** Scaled pixels, one column each; embeddings are for columns of tables. */
function pixelSource(builder: Builder, { channels, height, width, ...scaling }: ImageInputs): Source {
  const image = { channels, height, width };
  const scaled = push(builder, imageScaleStep({ ...image, ...scaling }));
  const step = createStep({ name: 'pixels', layer: 'flatten', options: { image }, inputs: [scaled.name] });
  return push(builder, step, ones(step.width));
}

/** Numeric columns: as they are, or the continuous ones embedded and the others beside them. */
function numericSources(builder: Builder, inputs: NetworkInputs): readonly Source[] {
  if (inputs.image !== null) return [pixelSource(builder, inputs.image)];
  const { numericEmbedding: embedding } = builder.plan;
  const columns = indices(inputs.continuous, true);
  const others = indices(inputs.continuous, false);
  const all: Source = { name: 'numeric', width: inputs.numeric, groups: ones(inputs.numeric) };
  if (inputs.numeric === 0) return [];
  if (embedding.kind === 'none' || columns.length === 0) return [all];
  const choose = (name: string, chosen: readonly number[]): Source => {
    if (chosen.length === inputs.numeric) return all;
    const options = { inputs: inputs.numeric, columns: chosen };
    return push(builder, createStep({ name, layer: 'select', options, inputs: ['numeric'] }), ones(chosen.length));
  };
  const source = choose('continuous', columns);
  const place = { name: 'numeric-embedding', inputs: [source.name] };
  const shape = { columns: columns.length, width: embedding.width, members: builder.separate };
  const step =
    embedding.kind === 'periodic'
      ? createStep({
          ...place,
          layer: 'periodic',
          options: { ...shape, frequencies: embedding.frequencies, sigma: embedding.sigma },
        })
      : createStep({ ...place, layer: 'piecewise-linear', options: { ...shape, bins: embedding.bins } });
  const embedded = push(
    builder,
    step,
    columns.map(() => embedding.width),
  );
  return others.length === 0 ? [embedded] : [embedded, choose('other-numeric', others)];
}

/** Everything that is known of a row, side by side. */
function inputSource(builder: Builder, inputs: NetworkInputs): Source {
  const { plan, separate } = builder;
  const sources = [...numericSources(builder, inputs)];
  if (inputs.cardinalities.length > 0) {
    const options = { cardinalities: inputs.cardinalities, width: plan.categoryEmbedding, members: separate };
    const step = createStep({ name: 'category-embedding', layer: 'embedding', options, inputs: ['categories'] });
    sources.push(
      push(
        builder,
        step,
        inputs.cardinalities.map(() => plan.categoryEmbedding),
      ),
    );
  }
  const [first] = sources;
  if (first === undefined) {
    throw new FettleError(
      'data',
      'A network expected at least one input column, but received none. Check the roles of the columns: all were dropped.',
    );
  }
  let source = first;
  if (sources.length > 1) {
    const options = { widths: sources.map(({ width }) => width) };
    const step = createStep({ name: 'inputs', layer: 'join', options, inputs: sources.map(({ name }) => name) });
    source = push(
      builder,
      step,
      sources.flatMap(({ groups }) => groups),
    );
  }
  if (!plan.inputScale) return source;
  const options = { width: source.width, members: separate };
  const step = createStep({ name: 'input-scale', layer: 'input-scale', options, inputs: [source.name] });
  return push(builder, step, source.groups);
}

/** First factors of inputs: TabM tells members apart in the first layer only, by signs, or by numbers after embeddings. */
function inputFactor(plan: MlpPlan, index: number): InputFactorStart {
  if (index > 0) return 'ones';
  return plan.numericEmbedding.kind === 'none' ? 'random-signs' : 'normal';
}

/** One hidden layer: dense, normalization, activation, dropout, and the way around it. */
function hiddenLayer(builder: Builder, input: Source, index: number, outputs: number): Source {
  const { plan, members } = builder;
  const group = `hidden.${index}`;
  const name = (part: string): string => `${group}.${part}`;
  const options = {
    inputs: input.width,
    outputs,
    bias: plan.normalization !== 'batch',
    members,
    sharing: plan.members.sharing,
    inputFactor: inputFactor(plan, index),
    groups: input.groups,
    initializer: plan.initializer,
    gain: activations[plan.activation].gain,
    scale: 1,
  };
  let source = push(builder, createStep({ name: group, layer: 'dense', options, inputs: [input.name] }));
  if (plan.normalization !== 'none') {
    const layer = plan.normalization === 'batch' ? 'batch-normalization' : 'layer-normalization';
    const place = { name: name('normalization'), group, inputs: [source.name] };
    source = push(builder, createStep({ ...place, layer, options: { width: outputs, members } }));
  }
  const activation = { width: outputs, kind: plan.activation };
  source = push(
    builder,
    createStep({ name: name('activation'), group, layer: 'activation', options: activation, inputs: [source.name] }),
  );
  const dropout = { name: name('dropout'), group, inputs: [source.name] };
  source = push(builder, createStep({ ...dropout, layer: 'dropout', options: { width: outputs, members } }));
  if (plan.residual && input.width === outputs) {
    const place = { name: name('residual'), group, inputs: [source.name, input.name] };
    source = push(builder, createStep({ ...place, layer: 'residual', options: { width: outputs } }));
  }
  return { ...source, groups: ones(source.width) };
}

/** The layers of a network in the order in which they run; the last one is `output`. */
export function mlpSteps(plan: MlpPlan, inputs: NetworkInputs): readonly Step[] {
  const members = plan.members.count > 1 ? plan.members.count : null;
  const separate = plan.members.sharing === 'none' ? members : null;
  const builder: Builder = { steps: [], plan, members, separate };
  let source = inputSource(builder, inputs);
  plan.hidden.forEach((width, index) => {
    source = hiddenLayer(builder, source, index, width);
  });
  const options = {
    inputs: source.width,
    outputs: inputs.outputs,
    bias: true,
    members,
    // Members differ most in their heads, which are small: TabM shares nothing there.
    sharing: 'none' as const,
    inputFactor: 'ones' as const,
    groups: source.groups,
    initializer: plan.initializer,
    gain: 1,
    scale: firstOutputScale(plan.initializer),
  };
  push(builder, createStep({ name: 'output', layer: 'dense', options, inputs: [source.name] }));
  return builder.steps;
}
