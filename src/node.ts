// fettle/node: what needs this machine's files and processors: tables, trainings, tunings, predictions.

export { type ReadTableOptions, readTable } from './data/table.node.ts';
export { createOnnxRuntime } from './engine/runtime/onnx.node.ts';
export { readEvents } from './recipe/directory.node.ts';
export { type TrainPlanOptions as TrainOptions, trainPlan as train } from './tuning/train.node.ts';
export { type TuneOptions, type TuneResult, tune } from './tuning/tune.node.ts';
