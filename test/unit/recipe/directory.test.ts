import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  defaultDirectory,
  directoryState,
  openDirectory,
  type RunDirectory,
  readEvents,
} from '../../../src/recipe/directory.node.ts';
import type { TuneEvent } from '../../../src/recipe/journal.ts';

let root = '';
const opened: RunDirectory[] = [];
const children: ChildProcess[] = [];
const event = (at: number): TuneEvent => ({ at, type: 'entered', state: 'diagnose', reason: `reason ${at}` });

async function openRun(path: string, resume = false): Promise<RunDirectory> {
  const directory = await openDirectory(path, { resume });
  opened.push(directory);
  return directory;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'fettle-directory-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const directory of opened.splice(0)) await directory.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a new directory', () => {
  it('is made with its parents, keeps events in order and gives its lock back', async () => {
    const path = join(root, 'a/b');
    const directory = await openRun(path);
    await Promise.all([1, 2, 3].map((at) => directory.append(event(at))));
    expect(await directory.readJournal()).toEqual([1, 2, 3].map(event));
    expect(readFileSync(join(path, 'journal.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(existsSync(join(path, 'lock.json'))).toBe(true);
    await directory.close();
    await directory.close();
    expect(existsSync(join(path, 'lock.json'))).toBe(false);
    await expect(directory.append(event(4))).rejects.toThrow('is closed');
  });

  it('writes files whole, and leaves nothing beside them', async () => {
    const directory = await openRun(join(root, 'run'));
    await directory.writeFile('plan.json', '{}');
    await directory.writeFile('plan.json', '{"a":1}');
    await directory.writeFile('model.onnx', new Uint8Array([1, 2]));
    expect(readFileSync(join(root, 'run/plan.json'), 'utf8')).toBe('{"a":1}');
    expect([...readFileSync(join(root, 'run/model.onnx'))]).toEqual([1, 2]);
    expect(readdirSync(join(root, 'run')).sort()).toEqual([
      'checkpoints',
      'lock.json',
      'model.onnx',
      'plan.json',
      'trials',
    ]);
    for (const name of ['../x', 'a/b', '', '..', '.x']) {
      await expect(directory.writeFile(name, '')).rejects.toThrow('Expected a plain file name');
    }
    expect(() => directory.trialPath('../../x')).toThrow('Expected a plain file name');
    writeFileSync(directory.trialPath('t1'), '');
    writeFileSync(directory.checkpointPath('t1'), '');
  });
});

describe('what is in a directory', () => {
  it('refuses other content', async () => {
    writeFileSync(join(root, 'thesis.tex'), '');
    await expect(openDirectory(root, { resume: false })).rejects.toThrow(
      `${root} is not empty and no run of fettle. Choose a new or an empty --out DIR.`,
    );
    await expect(openDirectory(root, { resume: true })).rejects.toThrow('holds other files and no run of fettle');
    expect(readdirSync(root)).toEqual(['thesis.tex']);
  });

  it('refuses a finished run, and a stopped one without --resume', async () => {
    const path = join(root, 'run');
    const directory = await openRun(path);
    await directory.append(event(1));
    await directory.close();
    await expect(openDirectory(path, { resume: false })).rejects.toThrow('Go on with it by --resume');
    const again = await openRun(path, true);
    expect(await again.readJournal()).toEqual([event(1)]);
    await again.writeFile('summary.json', '{"status":"interrupted"}');
    expect(await directoryState(path)).toBe('unfinished');
    await again.writeFile('summary.json', '{"status":"finished"}');
    await again.close();
    await expect(openDirectory(path, { resume: false })).rejects.toThrow('holds a finished run');
  });

  it('says that there is nothing to resume, or that the path is a file', async () => {
    await expect(openDirectory(join(root, 'none'), { resume: true })).rejects.toThrow('There is no run to resume');
    writeFileSync(join(root, 'file'), '');
    for (const path of [join(root, 'file'), join(root, 'file/below')]) {
      await expect(openDirectory(path, { resume: false })).rejects.toMatchObject({
        code: 'file',
        message: expect.stringContaining('is a file, expected a folder'),
      });
    }
  });

  it('says so where no folder can be made, instead of trying for ever', async () => {
    await expect(openDirectory('/proc/fettle/run', { resume: false })).rejects.toMatchObject({
      code: 'file',
      message: expect.stringContaining('Cannot write /proc/fettle/run'),
    });
  });

  it('takes the leftovers of a run that was killed before its first event as empty', async () => {
    const path = join(root, 'run');
    mkdirSync(join(path, 'trials'), { recursive: true });
    const held = { pid: spawnSync('true').pid, host: '', since: '', processStart: null };
    writeFileSync(join(path, 'lock.json'), JSON.stringify({ ...held, host: (await import('node:os')).hostname() }));
    expect(await directoryState(path)).toBe('empty');
    await openRun(path);
  });
});

describe('the default directory', () => {
  const here = process.cwd();
  beforeEach(() => process.chdir(root));
  afterEach(() => process.chdir(here));
  const put = (name: string, file: string, text: string) => {
    mkdirSync(join('fettle-runs', name), { recursive: true });
    writeFileSync(join('fettle-runs', name, file), text);
  };

  it('is named after the data, and steps over finished runs', async () => {
    const at = (resume: boolean) => defaultDirectory('/data/my table (1).csv', { resume });
    const first = join('fettle-runs', 'my-table-1-');
    expect(await at(false)).toBe(first);
    expect(await at(true)).toBe(first);
    put('my-table-1-', 'summary.json', '{"status":"finished"}');
    expect(await at(false)).toBe(`${first}-2`);
    put('my-table-1--2', 'summary.json', '{"status":"finished"}');
    expect(await at(false)).toBe(`${first}-3`);
    expect(await at(true)).toBe(`${first}-2`);
    put('my-table-1--3', 'journal.jsonl', '');
    expect(await at(false)).toBe(`${first}-3`);
    expect(await at(true)).toBe(`${first}-3`);
  });
});

describe('a journal after a kill', () => {
  it.each([
    ['a torn line', '{"at":3,"type":"ent'],
    ['a line torn inside a character', Buffer.concat([Buffer.from('{"at":3,"type":"'), Buffer.from([0xc3])])],
    ['zeros', Buffer.alloc(40)],
    ['a last line of zeros', Buffer.concat([Buffer.alloc(20), Buffer.from('\n')])],
  ])('is cut at %s', async (_, tail) => {
    const path = join(root, 'run');
    const directory = await openRun(path);
    await directory.append(event(1));
    await directory.append(event(2));
    await directory.close();
    appendFileSync(join(path, 'journal.jsonl'), tail);
    expect(await readEvents(path)).toEqual([event(1), event(2)]);
    const again = await openRun(path, true);
    await again.append(event(3));
    expect(await again.readJournal()).toEqual([event(1), event(2), event(3)]);
    const text = readFileSync(join(path, 'journal.jsonl'), 'utf8');
    expect(text).toBe([1, 2, 3].map((at) => `${JSON.stringify(event(at))}\n`).join(''));
  });

  it('is refused when a line in the middle is damaged', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    writeFileSync(join(path, 'journal.jsonl'), `${JSON.stringify(event(1))}\nnonsense\n${JSON.stringify(event(2))}\n`);
    await expect(readEvents(path)).rejects.toThrow(`Line 2 of ${join(path, 'journal.jsonl')} is not an event.`);
  });
});

/** A process that opens the directory, says so and waits. */
async function holdElsewhere(path: string): Promise<ChildProcess> {
  const module = resolve(import.meta.dirname, '../../../src/recipe/directory.node.ts');
  const script = `
    const { openDirectory } = await import(${JSON.stringify(module)});
    const directory = await openDirectory(${JSON.stringify(path)}, { resume: false });
    await directory.append(${JSON.stringify(event(1))});
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  await new Promise<void>((done, fail) => {
    child.stdout?.once('data', () => done());
    child.once('exit', (code) => fail(new Error(`exit ${code}`)));
  });
  return child;
}

describe('a lock', () => {
  it('keeps another run out while its process lives, and is taken over after kill -9', async () => {
    const path = join(root, 'run');
    const child = await holdElsewhere(path);
    await expect(openDirectory(path, { resume: true })).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringMatching(
        new RegExp(
          `run is in use by another run \\(process ${child.pid}, since .*\\). Wait for it to end, or choose another --out DIR\\.$`,
        ),
      ),
    });
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await gone;
    const directory = await openRun(path, true);
    expect(await directory.readJournal()).toEqual([event(1)]);
    await directory.append(event(2));
    expect(JSON.parse(readFileSync(join(path, 'lock.json'), 'utf8')).pid).toBe(process.pid);
  });

  it('keeps a second run of the same process out', async () => {
    await openRun(join(root, 'run'));
    await expect(openDirectory(join(root, 'run'), { resume: true })).rejects.toMatchObject({ code: 'busy' });
  });

  it('is given to one of many who come at once, also when a dead one is in the way', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    writeFileSync(join(path, 'lock.json'), '');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openRun(path)));
    expect(tries.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    for (const result of tries) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'busy' });
    }
  });

  it.skipIf(process.platform !== 'linux')('of a dead process whose id is used again is taken over', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    const { hostname } = await import('node:os');
    const lock = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00Z', processStart: '1' };
    writeFileSync(join(path, 'lock.json'), JSON.stringify(lock));
    await openRun(path);
  });

  it('of another machine is left alone, with a word on how to remove it', async () => {
    const path = join(root, 'run');
    mkdirSync(path);
    writeFileSync(
      join(path, 'lock.json'),
      JSON.stringify({ pid: 1, host: 'elsewhere', since: 'then', processStart: null }),
    );
    await expect(openDirectory(path, { resume: false })).rejects.toThrow(
      `(process 1 on elsewhere, since then). Wait for it to end, or choose another --out DIR. If that run is dead, delete ${join(path, 'lock.json')}.`,
    );
  });
});

describe('a full disk', () => {
  const disk = () => {
    const path = join(root, 'disk');
    mkdirSync(path);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]).status === 0;
    return mounted ? path : null;
  };

  it('is a clear error, and nothing is half written', async (context) => {
    const path = disk();
    if (path === null) return context.skip('needs the right to mount a small disk');
    try {
      const run = join(path, 'run');
      const directory = await openRun(run);
      await directory.append(event(1));
      await directory.writeFile('model.onnx', new Uint8Array(10));
      await expect(directory.writeFile('model.onnx', new Uint8Array(100_000))).rejects.toMatchObject({
        code: 'file',
        message: `Cannot write ${join(run, 'model.onnx')}: the disk is full. Free some space, or write elsewhere with --out DIR.`,
      });
      expect(readFileSync(join(run, 'model.onnx'))).toHaveLength(10);
      const long: TuneEvent = { at: 2, type: 'entered', state: 'reduce-bias', reason: 'x'.repeat(100_000) };
      await expect(directory.append(long)).rejects.toThrow('journal.jsonl: the disk is full');
      await directory.append(event(3));
      expect(await directory.readJournal()).toEqual([event(1), event(3)]);
      expect(readdirSync(run).sort()).toEqual(['checkpoints', 'journal.jsonl', 'lock.json', 'model.onnx', 'trials']);
      await directory.close();
    } finally {
      spawnSync('umount', [path]);
    }
  });
});
