// Programs that call a model of images: a file in Python, the pixels of a canvas in JavaScript.

import { inputShape, type ModelImage } from './image-input.ts';

/** A Python program that predicts one file, which it brings to size as fettle does. */
export function pythonImageSnippet(image: ModelImage, outputs: readonly string[]): string {
  const { height, width, channels, layout, type, name } = image;
  const grey = channels === 1;
  const turned = grey
    ? layout === 'nchw'
      ? 'pixels[np.newaxis, np.newaxis]'
      : 'pixels[np.newaxis, :, :, np.newaxis]'
    : layout === 'nchw'
      ? 'pixels.transpose(2, 0, 1)[np.newaxis]'
      : 'pixels[np.newaxis]';
  const values = type === 'uint8' ? turned : `(${turned} / 255).astype(np.float32)`;
  return [
    'import numpy as np',
    'import onnxruntime',
    'from PIL import Image, ImageOps',
    '',
    '# The steps of fettle; pixels of JPEG files and of resized images differ from its own by up to 3 of 255.',
    `height, width = ${height}, ${width}`,
    'image = ImageOps.exif_transpose(Image.open("image.png")).convert("RGBA")',
    'image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")',
    'scale = max(height / image.height, width / image.width)',
    'size = max(width, int(image.width * scale + 0.5)), max(height, int(image.height * scale + 0.5))',
    'image = image.resize(size, Image.Resampling.BILINEAR)',
    'left, top = (size[0] - width) // 2, (size[1] - height) // 2',
    'image = image.crop((left, top, left + width, top + height))',
    grey
      ? 'pixels = np.asarray(image.convert("L"))  # [height, width]'
      : 'pixels = np.asarray(image)  # [height, width, 3]',
    `feeds = {${JSON.stringify(name)}: ${values}}  # [${inputShape(image, 1).join(', ')}]`,
    '',
    'session = onnxruntime.InferenceSession("model.onnx")',
    `print(session.run(${JSON.stringify(outputs)}, feeds))`,
    '',
  ].join('\n');
}

/** A Node program that predicts one image of the right size from the four bytes of each of its pixels. */
export function nodeImageSnippet(image: ModelImage, outputs: readonly string[]): string {
  const { height, width, channels, layout, type, name } = image;
  const array = type === 'uint8' ? 'Uint8Array' : 'Float32Array';
  const value = (pixel: string): string => (type === 'uint8' ? pixel : `${pixel} / 255`);
  const at = layout === 'nchw' ? 'channel * height * width + pixel' : '3 * pixel + channel';
  const copy =
    channels === 1
      ? [
          '    const [red, green, blue] = rgba.subarray(4 * pixel);',
          `    pixels[pixel] = ${value('((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16)')};`,
        ]
      : [
          '    for (let channel = 0; channel < 3; channel++) {',
          `      pixels[${at}] = ${value('rgba[4 * pixel + channel]')};`,
          '    }',
        ];
  return [
    "import { InferenceSession, Tensor } from 'onnxruntime-node';",
    '',
    `const [height, width] = [${height}, ${width}];`,
    "const session = await InferenceSession.create('model.onnx');",
    '',
    "// As in a canvas's ImageData: red, green, blue and opacity of each pixel, row by row; all opaque here.",
    'function predict(rgba) {',
    `  const pixels = new ${array}(${channels === 1 ? '' : '3 * '}height * width);`,
    '  for (let pixel = 0; pixel < height * width; pixel++) {',
    ...copy,
    '  }',
    `  return session.run({ ${name}: new Tensor('${type}', pixels, [${inputShape(image, 1).join(', ')}]) });`,
    '}',
    '',
    'const results = await predict(new Uint8ClampedArray(4 * height * width).fill(255));',
    `console.log(${outputs.map((output) => `results.${output}.data`).join(', ')});`,
    '',
  ].join('\n');
}
