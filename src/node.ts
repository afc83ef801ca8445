// fettle/node: what needs this machine's files and processors: tables, trainings, tunings, predictions.

export type { ReadImagesOptions } from './data/images/options.ts';
export { readImages } from './data/images/read-images.node.ts';
export { type ReadTableOptions, readTable } from './data/table.node.ts';
export { createOnnxRuntime, type OnnxRuntimeOptions } from './engine/runtime/onnx.node.ts';
export { type ExportFileOptions as ExportOptions, exportFile as exportModel } from './model/export.node.ts';
export { loadModel, readModelTable } from './model/predict.node.ts';
export { readEvents } from './recipe/directory.node.ts';
export type { TuneOptions, TuneResult } from './tuning/options.ts';
export { type FilePredictions, type PredictFileOptions as PredictOptions, predict } from './tuning/predict.node.ts';
export { type TrainPlanOptions as TrainOptions, trainPlan as train } from './tuning/train.node.ts';
export { tune } from './tuning/tune.node.ts';
