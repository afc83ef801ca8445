import { describe, expect, it } from 'vitest';
import { isMlflowAddress, parseMlflowAddress, shownAddress } from '../../../../src/diagnosis/logs/mlflow-address.ts';

describe('an address of MLflow', () => {
  it.each([
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000', null, null],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000', null, null],
    ['HTTPS://host/mlflow/', 'https://host/mlflow', null, null],
    ['http://host:5000/#/experiments', 'http://host:5000', null, null],
    ['http://host:5000/#/experiments/1', 'http://host:5000', '1', null],
    ['http://host:5000/#/experiments/1?searchFilter=', 'http://host:5000', '1', null],
    ['http://host:5000/#/experiments/1/runs/0a1b', 'http://host:5000', '1', '0a1b'],
    ['http://host/sub/?o=1#/experiments/1/runs/0a1b/model-metrics', 'http://host/sub', '1', '0a1b'],
    ['mlflow://host:5000/#/experiments/7/runs/a', 'http://host:5000', '7', 'a'],
  ])('%s names a server, an experiment, a run', (text, server, experiment, run) => {
    expect(isMlflowAddress(text)).toBe(true);
    expect(parseMlflowAddress(text, null)).toEqual({ server, userInfo: null, experiment, run });
  });

  it('keeps a user and a password out of the server', () => {
    expect(parseMlflowAddress('https://ann:p%40ss@host:5000', null)).toEqual({
      server: 'https://host:5000',
      userInfo: 'ann:p@ss',
      experiment: null,
      run: null,
    });
    expect(shownAddress('https://ann:p@host:5000/#/experiments/1')).toBe('https://host:5000/#/experiments/1');
    expect(shownAddress('a/b@c')).toBe('a/b@c');
    expect(() => parseMlflowAddress('http://ann:secret@host/#/models', null)).toThrow('received http://host/#/models:');
  });

  it('finds the server of runs:/ID in MLFLOW_TRACKING_URI', () => {
    expect(parseMlflowAddress('runs:/0a1b/model', 'http://host:5000')).toMatchObject({
      server: 'http://host:5000',
      run: '0a1b',
    });
    for (const uri of [null, 'sqlite:///mlflow.db']) {
      expect(() => parseMlflowAddress('runs:/0a1b', uri)).toThrow(
        'received runs:/0a1b: it names no server, and MLFLOW_TRACKING_URI is not http://... or https://....',
      );
    }
  });

  it('refuses pages that hold no runs', () => {
    expect(() => parseMlflowAddress('http://host/#/models/a', null)).toThrow(
      'Expected the address of an MLflow server such as http://127.0.0.1:5000, ' +
        'http://127.0.0.1:5000/#/experiments/1/runs/ID or runs:/ID, received http://host/#/models/a: "#/models/a" names ' +
        'neither an experiment nor a run.',
    );
    expect(() => parseMlflowAddress('http://', null)).toThrow('it names no host.');
    expect(isMlflowAddress('runs/mine')).toBe(false);
    expect(isMlflowAddress('/tmp/http')).toBe(false);
  });
});
