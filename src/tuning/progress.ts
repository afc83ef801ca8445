// In: curve points of running trials. Out: what a person is shown while a tuning goes on.

import type { Executor, Trial } from '../execution/execution.ts';
import type { RunningTrial, TuneProgress } from '../recipe/progress.ts';
import type { CurvePoint } from '../record/record.ts';

/** Follows the running trials. */
export interface Progress {
  show(): void;
  onPoint(trial: Trial, label: string, point: CurvePoint): void;
  onEnd(trial: Trial): void;
}

/** A progress that shows itself to `onProgress`, together with what `about` says at that moment. */
export function createProgress(
  about: () => Omit<TuneProgress, 'running'>,
  onProgress: (progress: TuneProgress) => void = () => undefined,
): Progress {
  const running = new Map<string, RunningTrial>();
  const show = (): void => onProgress({ ...about(), running: [...running.values()] });
  return {
    show,
    onPoint(trial, label, point) {
      const epochs = trial.stopEpoch ?? trial.plan.training.epochs;
      running.set(trial.id, { label, epoch: point.epoch, epochs, dev: point.devError });
      show();
    },
    onEnd(trial) {
      running.delete(trial.id);
    },
  };
}

/** An executor whose every trial shows in the progress; trials that nobody labels are called by the state. */
export function watched(executor: Executor, progress: Progress, label: () => string): Executor {
  return {
    ...executor,
    run: (trial, options = {}) => {
      const onPoint = options.onPoint ?? ((point: CurvePoint) => progress.onPoint(trial, label(), point));
      return executor.run(trial, { ...options, onPoint }).finally(() => progress.onEnd(trial));
    },
  };
}
