// fettle doctor: what is installed here, and whether the engine really trains.

import { availableParallelism, totalmem } from 'node:os';
import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import { formatBytes, formatCount, formatSignificant, formatTable } from '../../base/format.ts';
import { deviceAdvice } from '../../engine/runtime/device-advice.ts';
import { type Device, devices } from '../../engine/runtime/runtime.ts';
import { options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { packageVersion } from '../version.ts';

declare const WebAssembly: { validate(bytes: Uint8Array): boolean };

/** What `fettle doctor --json` prints. */
interface Examination {
  readonly fettle: string;
  readonly node: string;
  readonly platform: string;
  readonly processors: number;
  readonly memoryBytes: number;
  readonly engine: string;
  readonly duckdb: string;
  readonly simd: boolean;
  /** What keeps each device from working, null where nothing does. */
  readonly devices: Readonly<Record<Device, string | null>>;
  readonly selfTest: { readonly stepsPerSecond: number; readonly firstLoss: number; readonly lastLoss: number };
}

/** Adds `fettle doctor`. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('What is installed, threads, engine, which devices work, and a one-second self-test.')
    .addOption(options.json())
    .action(async (flags: { readonly json?: boolean }) => {
      const result = await examine();
      if (flags.json === true) printJson(result);
      else printLines(examinationLines(result));
      const { firstLoss, lastLoss } = result.selfTest;
      if (!(result.simd && lastLoss < 0.1 && lastLoss < firstLoss)) {
        throw new FettleError(
          'internal',
          `The self-test failed: simd ${result.simd}, loss ${firstLoss} to ${lastLoss}.`,
        );
      }
    });
}

/** The smallest module with a 128-bit instruction. */
const simdModule = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

async function examine(): Promise<Examination> {
  const [duckdb, engine, selfTest] = [await duckDbVersion(), await engineVersion(), await trainForASecond()];
  return {
    fettle: packageVersion(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    engine,
    duckdb,
    simd: WebAssembly.validate(simdModule),
    devices: await tryDevices(),
    selfTest,
  };
}

/** Tries each device with a small model. */
async function tryDevices(): Promise<Examination['devices']> {
  const { probeDevice } = await import('../../engine/runtime/probe.node.ts');
  const problems = await Promise.all(devices.map(async (device) => [device, await probeDevice(device)] as const));
  // Safe: there is one entry for each device.
  return Object.fromEntries(problems) as Examination['devices'];
}

/** Loads a native package; what fails is almost always the installation. */
async function load<T>(name: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FettleError('file', `${name} does not load: ${reason}. Install again with \`npm ci\` on this machine.`);
  }
}

const duckDbVersion = (): Promise<string> =>
  load('@duckdb/node-api', async () => {
    const { queryRows, withDuckDb } = await import('../../data/duckdb.node.ts');
    const rows = await withDuckDb((connection) => queryRows(connection, 'SELECT version()'));
    return String(rows[0]?.[0]);
  });

const engineVersion = (): Promise<string> =>
  load('onnxruntime-node', async () => {
    const { env } = await import('onnxruntime-node');
    return `onnxruntime-node ${env.versions.node}`;
  });

/** Trains a tiny network for a second on points that a curved line divides. */
async function trainForASecond(): Promise<Examination['selfTest']> {
  const { createOnnxRuntime } = await import('../../engine/runtime/onnx.node.ts');
  const { defaultPlan } = await import('../../plan/defaults.ts');
  const { train } = await import('../../training/train.ts');
  const plan = defaultPlan({ task: 'classification', minimizesError: false, seed: 0 });
  const { record } = await train({
    plan: {
      ...plan,
      network: { ...plan.network, hidden: [32, 32] },
      schedule: { kind: 'constant' },
      training: { ...plan.training, batchSize: 128, epochs: 2000 },
    },
    train: await curvedPoints(1024),
    dev: null,
    metric: 'log-loss',
    runtime: createOnnxRuntime({ threads: 1 }),
    seconds: 1,
    evaluations: 400,
  });
  const first = record.curve[0];
  const last = record.curve.at(-1);
  if (first?.trainLoss == null || last?.trainLoss == null) {
    throw new FettleError('internal', 'The self-test trained no epoch within a second.');
  }
  return { stepsPerSecond: last.step / last.seconds, firstLoss: first.trainLoss, lastLoss: last.trainLoss };
}

async function curvedPoints(rows: number) {
  const { createRandom } = await import('../../base/random.ts');
  const random = createRandom('doctor');
  const numeric = Float32Array.from({ length: rows * 2 }, () => random.normal());
  const target = Int32Array.from({ length: rows }, (_, i) => {
    const [x, y] = [numeric[2 * i] as number, numeric[2 * i + 1] as number];
    return y > Math.sin(2 * x) ? 1 : 0;
  });
  return {
    task: 'classification' as const,
    rows,
    width: 2,
    numeric,
    cardinalities: [],
    images: null,
    categories: new Int32Array(0),
    continuous: [true, true],
    target,
    classes: ['below', 'above'],
    targetMean: 0,
    targetDeviation: 1,
  };
}

function examinationLines(found: Examination): readonly string[] {
  const { stepsPerSecond, firstLoss, lastLoss } = found.selfTest;
  const loss = `loss ${formatSignificant(firstLoss)} to ${formatSignificant(lastLoss)}`;
  return formatTable([
    ['fettle', found.fettle],
    ['Node', found.node],
    ['platform', found.platform],
    ['processors', `${found.processors}, so trials run on ${found.processors} threads by default`],
    ['memory', formatBytes(found.memoryBytes)],
    ['engine', found.engine],
    ['DuckDB', found.duckdb],
    ['SIMD', found.simd ? 'yes' : 'no, and the kernels need it'],
    ...deviceRows(found.devices),
    ['self-test', `${formatCount(stepsPerSecond)} steps/s, ${loss} in a second`],
  ]);
}

function deviceRows(found: Examination['devices']): readonly (readonly string[])[] {
  return devices.map((device) => {
    const problem = found[device];
    return [device, problem === null ? 'works' : `no, ${problem}. ${deviceAdvice[device]}`];
  });
}
