import { describe, expect, it } from 'vitest';
import { createGraph, encode, relu } from '../../../src/engine/index.ts';
import { modelImage } from '../../../src/model/image-input.ts';
import { planHash, readMetadata, writeMetadata } from '../../../src/model/metadata.ts';
import { metadata, plan } from './fixture.ts';

const fileWith = (properties: Readonly<Record<string, string>>): Uint8Array =>
  encode({ y: relu(createGraph().input('x', ['N', 1])) }, { metadata: properties });

describe('metadata', () => {
  it('is read from the file as it was written', () => {
    expect(readMetadata(fileWith(writeMetadata(metadata)))).toEqual(metadata);
  });

  it('is read back for a number', () => {
    const regression = { ...metadata, task: 'regression' as const, classes: null, outputs: { value: 'value' } };
    expect(readMetadata(fileWith(writeMetadata(regression)))).toEqual(regression);
  });

  it('is read back for images, in a format that older versions refuse', () => {
    const shape = { channels: 1, height: 28, width: 28 };
    const images = {
      ...metadata,
      columns: [],
      image: modelImage(shape, { type: 'float32', layout: 'nhwc' }),
      preprocessing: { ...metadata.preprocessing, images: { ...shape, center: [72.5], factor: [0.011] } },
    };
    const properties = writeMetadata(images);
    expect(readMetadata(fileWith(properties))).toEqual(images);
    expect([properties['fettle.format'], writeMetadata(metadata)['fettle.format']]).toEqual(['2', '1']);
    const { 'fettle.image': _, ...rest } = properties;
    expect(() => readMetadata(fileWith(rest), 'm.onnx')).toThrow(
      'm.onnx is damaged: its property fettle.image is missing. Write the model again.',
    );
  });

  it('of files that know no images is that of a table', () => {
    const { images: _, ...preprocessing } = metadata.preprocessing;
    const properties = { ...writeMetadata(metadata), 'fettle.preprocessing': JSON.stringify(preprocessing) };
    expect(readMetadata(fileWith(properties))).toEqual(metadata);
  });

  it('has a plan hash that changes with the plan', () => {
    expect(planHash(plan)).toMatch(/^[0-9a-f]{8}$/);
    expect(planHash({ ...plan, seed: 1 })).not.toBe(planHash(plan));
  });

  it('of another format names the version that wrote it', () => {
    const properties = { ...writeMetadata(metadata), 'fettle.format': '9' };
    expect(() => readMetadata(fileWith(properties), 'old.onnx')).toThrow(
      'old.onnx has format 9, but this version of fettle reads formats 1 and 2. Use the fettle that wrote it (1.2.3).',
    );
  });

  it('that is incomplete or damaged names the property', () => {
    const { 'fettle.plan': _, ...rest } = writeMetadata(metadata);
    expect(() => readMetadata(fileWith(rest), 'm.onnx')).toThrow(
      'm.onnx is damaged: its property fettle.plan is missing. Write the model again.',
    );
    expect(() => readMetadata(fileWith({ ...rest, 'fettle.plan': '{' }), 'm.onnx')).toThrow(
      'm.onnx is damaged: its property fettle.plan is not JSON. Write the model again.',
    );
  });

  it.each([
    [
      new Uint8Array(),
      'The model is not an ONNX file: it has 0 bytes and begins with "". Expected the model.onnx of a run.',
    ],
    [
      new TextEncoder().encode('<!DOCTYPE html><html lang="en">'),
      'The model is not an ONNX file: it has 31 bytes and begins with "<!DOCTYPE html><html lan". Expected the model.onnx of a run.',
    ],
  ])('is not looked for in other bytes', (bytes, message) => {
    expect(() => readMetadata(bytes)).toThrow(message);
  });
});
