import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { applyPreprocessing } from '../../../src/data/preprocessing.ts';
import { type ExportOptions, exportModel } from '../../../src/model/export.ts';
import { readMetadata } from '../../../src/model/metadata.ts';
import { checkSize } from '../../../src/model/network-graph.ts';
import { createNetwork, initializeNetwork } from '../../../src/network/index.ts';
import { plan, preprocessing, table } from './fixture.ts';

const data = applyPreprocessing(preprocessing, table);
const networkInputs = {
  numeric: data.width,
  continuous: data.continuous,
  cardinalities: data.cardinalities,
  image: null,
  outputs: 2,
};
const network = createNetwork(plan.network, networkInputs);
const sample = { ...data, images: null };
const weights = initializeNetwork(network, { random: createRandom(1), sample });
const options: ExportOptions = {
  plan,
  networkInputs,
  preprocessing,
  networks: [weights],
  versions: { fettle: '1.2.3' },
};

describe('exportModel', () => {
  it('gives the same bytes for the same model', () => {
    const { bytes } = exportModel(options);
    expect(exportModel(options).bytes).toEqual(bytes);
    const { networks, columns, versions } = readMetadata(bytes);
    expect({ networks, versions, columns: columns.length }).toEqual({
      networks: 1,
      versions: { fettle: '1.2.3' },
      columns: 4,
    });
  });

  it('takes weights from records, too, and counts them', () => {
    const records = {
      parameters: Object.fromEntries(weights.parameters),
      buffers: Object.fromEntries(weights.buffers),
    };
    const made = exportModel({ ...options, networks: [records, weights] });
    const one = exportModel(options);
    expect(made.parameters).toBe(2 * one.parameters);
    expect(made.nonzero).toBe(2 * one.nonzero);
    expect(one.nonzero).toBeLessThan(one.parameters); // biases start at zero
  });

  it('refuses weights that a file cannot hold', () => {
    expect(() => checkSize(200_000_000, 3)).toThrow(
      'The model would hold 2.4 GB of weights (3 networks of 200000000 parameters), but an ONNX file ends at 2 GB. Export fewer networks, or train a smaller one.',
    );
    expect(() => checkSize(200_000_000, 2)).not.toThrow();
  });

  it('says which parts do not belong together', () => {
    expect(() => exportModel({ ...options, networkInputs: { ...networkInputs, cardinalities: [4] } })).toThrow(
      `The export expected a network for ${data.width} numeric columns and embeddings of [] levels, but received one for ${data.width} numeric columns and embeddings of [4] levels.`,
    );
    const image = { channels: 1, height: 2, width: 3, center: [5], factor: [0.5] };
    const cells = { numeric: 0, continuous: [], cardinalities: [], outputs: 2 };
    const images = { ...preprocessing, columns: [], width: 0, images: { ...image, factor: [0.25] } };
    expect(() => exportModel({ ...options, preprocessing: images, networkInputs: { ...cells, image } })).toThrow(
      'The export expected a network for 0 numeric columns and embeddings of [] levels and images of 1 x 2 x 3 less [5] times [0.25], but received one for 0 numeric columns and embeddings of [] levels and images of 1 x 2 x 3 less [5] times [0.5].',
    );
    expect(() => exportModel({ ...options, networks: [] })).toThrow(
      'The export expected at least one network, but received none. Pass trained weights.',
    );
    expect(() => exportModel({ ...options, networks: [{ parameters: {}, buffers: {} }] })).toThrow(
      /^The export expected the parameter '[a-z0-9.-]+' of \d+ floats, but received none\./,
    );
    const three = { ...networkInputs, outputs: 3 };
    const other = initializeNetwork(createNetwork(plan.network, three), { random: createRandom(1), sample });
    expect(() => exportModel({ ...options, networkInputs: three, networks: [other] })).toThrow(
      'The export expected 2 probabilities, one per class, but the network gives 3.',
    );
  });
});
