// All readers of untrusted input, each with inputs made from the stored corpus. A reader may answer, or refuse with an AppFailure or a
// Result; anything else is a defect.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { AppFailure } from '../../src/engine/core/result.ts';
import { readSafetensors } from '../../src/engine/core/safetensors.ts';
import { expandExperiment } from '../../src/engine/spec/expand.ts';
import type { RunSpec } from '../../src/engine/spec/run-spec.ts';
import { parseExperimentText, validateExperiment } from '../../src/engine/spec/validate.ts';
import { setUpRun } from '../../src/engine/training/setup.ts';
import { catalogueWith } from '../../src/lab/experiments/catalogue.ts';
import { DeviceChoices } from '../../src/lab/engines/device-choices.ts';
import { Measurements } from '../../src/lab/timing/measurements.ts';
import { SettingsStore } from '../../src/lab/files/settings.ts';
import { readParams, readRequestFrame, requestSchemas } from '../../src/protocol/validators.ts';
import { staticFile } from '../../src/server/static-files.ts';
import { checkSession } from '../../src/session/check.ts';
import { listCheckpoints, loadCheckpoint } from '../../src/session/checkpoints.ts';
import { describeSession, recentSession } from '../../src/session/describe.ts';
import { readLast, readSeries } from '../../src/session/metrics/read.ts';
import { openSession } from '../../src/session/open.ts';
import * as shapes from '../../src/session/rows.ts';
import { keyOf, readRuns } from '../../src/session/runs.ts';
import { readAnswers, readSampleMarks, readSamples } from '../../src/session/showing.ts';
import { jsonOf } from '../../src/session/sqlite.ts';
import { readEvents } from '../../src/session/events.ts';
import type { Choices } from '../support/seeded.ts';
import { foreignStatement, mutateBytes, mutateJson, mutateJsonText } from './mutate.ts';
import { dataReader, parquetReader, textReader } from './data-readers.ts';
import { settled, stored, storedJson, type Reader } from './reader.ts';

/** Readers throw AppFailure where they cannot return a Result. */
function refusing(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AppFailure) || error.appError.code === 'bug') throw error;
  }
}

function readAll(path: string): void {
  const session = openSession(path, { readOnly: true });
  try {
    const { db } = session;
    for (const { id } of readRuns(db)) {
      refusing(() => readLast(db, keyOf(db, id)));
      refusing(() => readSamples(db, id));
      refusing(() => readSampleMarks(db, id));
      refusing(() => readAnswers(db, id));
      refusing(() => listCheckpoints(db, keyOf(db, id)));
      refusing(() => settled(loadCheckpoint(db, id, keyOf(db, id), 'latest')));
      refusing(() =>
        readSeries(db, { runs: [id], metric: 'train/loss', x: 'step', from: null, to: null, columns: 50 }),
      );
    }
    refusing(() => readEvents(db));
  } finally {
    session.close();
  }
}

function sessionReader(folder: string): Reader {
  const files = stored('sessions').map((bytes) => gunzipSync(bytes));
  const path = join(folder, 'fuzzed.rnnlab');
  const clear = (): void =>
    readdirSync(folder).forEach((name) => name.startsWith('fuzzed') && rmSync(join(folder, name)));
  return {
    name: 'session',
    weight: 4,
    once: (choose) => {
      clear();
      const source = choose.pick(files);
      const byBytes = choose.below(2) === 0;
      writeFileSync(path, byBytes ? mutateBytes(source, choose) : source);
      if (!byBytes) rewrite(path, choose);
      refusing(() => recentSession(path));
      refusing(() => describeSession(path));
      refusing(() => checkSession(path));
      refusing(() => readAll(path));
    },
  };
}

function rewrite(path: string, choose: Choices): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    db.enableDefensive?.(false);
    db.exec('PRAGMA synchronous=OFF; PRAGMA ignore_check_constraints=ON; PRAGMA writable_schema=ON');
    for (let i = choose.below(3); i >= 0; i--) {
      try {
        db.exec(foreignStatement(choose));
      } catch {
        // Files that SQLite itself rejects are skipped.
      }
    }
  } finally {
    db.close();
  }
}

function experimentReader(): Reader {
  const experiments = storedJson('experiments');
  const catalogue = catalogueWith([]);
  return {
    name: 'experiment',
    weight: 300,
    once: (choose) => {
      const parsed = parseExperimentText(mutateJsonText(choose.pick(experiments), choose));
      if ('issue' in parsed) return;
      const { spec } = validateExperiment(parsed.value, catalogue);
      if (spec === null) return;
      // Valid experiments are passed to the trainer's set-up; a few runs are enough.
      for (const run of expandExperiment(spec, catalogue).slice(0, 3)) settled(setUpRun(run.spec, null));
    },
  };
}

function specReader(): Reader {
  const specs = storedJson('specs');
  return {
    name: 'stored run',
    weight: 200,
    once: (choose) =>
      refusing(() => {
        const row = { spec: mutateJsonText(choose.pick(specs), choose) };
        const spec: RunSpec = jsonOf(row, 'spec', shapes.runSpec);
        settled(setUpRun(spec, 'Call me Ishmael. '.repeat(200)));
      }),
  };
}

function frameReader(): Reader {
  const frames = storedJson('frames').flat();
  const names = Object.keys(requestSchemas) as (keyof typeof requestSchemas)[];
  return {
    name: 'frame',
    weight: 400,
    once: (choose) => {
      const frame = readRequestFrame(mutateJson(choose.pick(frames), choose));
      const params = frame?.type === 'request' ? frame.params : mutateJson(choose.pick(frames), choose);
      settled(readParams(frame?.type === 'request' ? frame.name : choose.pick(names), params));
    },
  };
}

function weightsReader(): Reader {
  const files = stored('weights');
  return {
    name: 'safetensors',
    weight: 300,
    once: (choose) => {
      const file = choose.pick(files);
      if (choose.below(2) === 0) return settled(readSafetensors(mutateBytes(file, choose)));
      const length = Number(file.readBigUInt64LE(0));
      const header = Buffer.from(mutateJsonText(JSON.parse(file.subarray(8, 8 + length).toString()), choose));
      const size = Buffer.alloc(8);
      size.writeBigUInt64LE(BigInt(header.length));
      settled(readSafetensors(Buffer.concat([size, header, file.subarray(8 + length)])));
    },
  };
}

function settingsReader(folder: string): Reader {
  const lists = storedJson('settings');
  const home = { config: folder, data: folder, sessions: folder };
  const names = ['settings.json', 'measurements.json', 'device-choices.json'];
  return {
    name: 'settings',
    weight: 20,
    once: async (choose) => {
      writeFileSync(join(folder, choose.pick(names)), mutateJsonText(choose.pick(lists), choose));
      await SettingsStore.load(home).catch(onlyFailures);
      await Measurements.load(folder).catch(onlyFailures);
      await DeviceChoices.load(folder, 'this machine').catch(onlyFailures);
    },
  };
}

function onlyFailures(error: unknown): void {
  if (!(error instanceof AppFailure) || error.appError.code === 'bug') throw error;
}

function pathReader(folder: string): Reader {
  const paths = storedJson('paths').flat() as string[];
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), 'page');
  writeFileSync(join(folder, '..', 'secret.html'), 'secret');
  return {
    name: 'path',
    weight: 100,
    once: async (choose) => {
      const path = Buffer.from(mutateBytes(Buffer.from(choose.pick(paths)), choose)).toString();
      const found = await staticFile(folder, path);
      if (found !== null && found.body.toString() !== 'page') throw new Error(`left the folder: ${path}`);
    },
  };
}

/** All readers, over files in `folder`. */
export function readersIn(folder: string): readonly Reader[] {
  const at = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  return [
    sessionReader(at('sessions')),
    experimentReader(),
    specReader(),
    frameReader(),
    weightsReader(),
    textReader(),
    dataReader(),
    parquetReader(),
    settingsReader(at('settings')),
    pathReader(at('served/pages')),
  ];
}
