// Makes src/engine/graph/onnx_pb.ts from onnx.proto. Run by hand when the ONNX format moves on:
//   pip download onnx --no-deps && unzip -j onnx-*.whl onnx/onnx.proto -d proto
//   npx -p @bufbuild/buf -p @bufbuild/protoc-gen-es buf generate proto --template \
//     '{"version":"v2","plugins":[{"local":"protoc-gen-es","out":"proto","opt":["target=ts"]}]}'
//   node scripts/generate-onnx-pb.mjs proto/onnx_pb.ts > src/engine/graph/onnx_pb.ts
// protoc-gen-es writes TypeScript enums; tsconfig's erasableSyntaxOnly refuses them, so they become constant objects.
import { readFileSync } from 'node:fs';

const source = readFileSync(process.argv[2], 'utf8');
const withoutEnums = source.replace(/^export enum (\w+) \{\n([\s\S]*?)^\}/gm, (_, name, body) => {
  const members = body.replace(/^(\s+\w+) = (\d+),$/gm, '$1: $2,');
  return `export const ${name} = {\n${members}} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`;
});
process.stdout.write(
  withoutEnums.replace(
    '/* eslint-disable */',
    '// From onnx.proto of ONNX (https://github.com/onnx/onnx), Copyright ONNX Project Contributors, Apache-2.0.\n' +
      '// Made by scripts/generate-onnx-pb.mjs; do not edit.\n/* eslint-disable */',
  ),
);
