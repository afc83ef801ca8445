// fettle/web: what a page needs to train in the browser: an engine, and training of a plan on a table in memory.
// Plans, tables, predictions and the diagnosis are in `fettle`. onnxruntime-web is a peer dependency of this entry point.

export { createOnnxWebRuntime, type OnnxWebRuntimeOptions } from './engine/runtime/onnx.web.ts';
export {
  type TrainedTable,
  type TrainTableOptions as TrainOptions,
  trainTable as train,
} from './tuning/train-table.ts';
