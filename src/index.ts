// fettle, for browsers and Node: plans, records, the diagnosis, the recipe, the report, and the engine.
// What reads files or runs networks is in `fettle/node`; what an extension tests itself with, in `fettle/testing`.

export { type ErrorCode, FettleError } from './base/error.ts';
export { createRandom, type Random } from './base/random.ts';
export type { Dataset } from './data/dataset.ts';
export { inferRoles, type Roles } from './data/roles.ts';
export { type ImageShape, type ImageStore, type Table, tableFromColumns, tableFromImages } from './data/table.ts';
export { type Diagnosis, diagnose, type Verdict } from './diagnosis/diagnose.ts';
export type { Evidence } from './diagnosis/evidence.ts';
export { type EvidenceOptions, evidenceOf } from './diagnosis/evidence-of.ts';
export { rules, type VerdictId, verdictIds } from './diagnosis/rules/index.ts';
export type { DiagnoseOptions } from './diagnosis/settings.ts';
export * as engine from './engine/index.ts';
export { type Model, openModel, type PredictedTable, predictTable } from './model/predict.ts';
export * as network from './network/index.ts';
export {
  defaultImagePlan,
  defaultPlan,
  type ImagePlanFacts,
  linearPlan,
  noAugmentation,
  type PlanFacts,
} from './plan/defaults.ts';
export { imageLadder } from './plan/image-ladder.ts';
export { networkName } from './plan/network-name.ts';
export { type Plan, parsePlan, planSchema, printPlan, type Task } from './plan/plan.ts';
export type { Action, ActionContext, Candidate } from './recipe/action.ts';
export { actions } from './recipe/actions/index.ts';
export type { TuneEvent } from './recipe/journal.ts';
export { advance, initialState, nextState, replay, type TuneState } from './recipe/state.ts';
export { summarize } from './recipe/summarize.ts';
export type { ReportedError, Summary } from './recipe/summary.ts';
export type { CurvePoint, LayerHealth, Metric, RunRecord, RunStatus, Score } from './record/record.ts';
export { type ReportInput, renderReport } from './report/report.ts';
