/** What kind of mistake it was; `internal` is ours, every other code is answered with exit code 2. */
export type ErrorCode =
  | 'usage' // a command or an option that does not exist or does not fit
  | 'file' // a file or folder that cannot be read or written
  | 'data' // a table that cannot be trained on
  | 'plan' // a plan with an unknown field or a value out of range
  | 'busy' // an output directory that another run holds
  | 'engine' // a graph the engine refuses
  | 'interrupted' // stopped by the user, exit code 130
  | 'internal';

/** The one error of this project: its message says what was expected, what came, and what to do. */
export class FettleError extends Error {
  override readonly name = 'FettleError';
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
