// Checks of everything that arrives at the lab from outside, one schema per request, exhaustive by type. Checks shapes only: ranges of
// experiment settings belong to engine/spec/validate.ts, whose messages name the fields.
import * as v from 'valibot';
import { deepestJson, isDeeperThan } from '../engine/core/json.ts';
import type { AppError } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { fail, ok, type Result } from '../engine/core/result.ts';
import { rangeOf } from '../engine/spec/field-check.ts';
import type { FloatField, IntField } from '../engine/spec/fields.ts';
import * as limits from '../engine/spec/limits.ts';
import { isMetricKind, type MetricKind } from '../engine/spec/metrics.ts';
import { countings } from '../engine/spec/reproduce/computed.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import { exportFormats } from './export-kinds.ts';
import { experimentShape, recordOf } from './experiment-shape.ts';
import { issueWords, required } from './issue-words.ts';
import type { LabParams, LabRequest } from './lab.ts';
import type { Frame } from './rpc.ts';
import { runtimeIds } from './runtimes.ts';
import { longestText } from './text-file.ts';

const nothing = v.strictObject({});
const words = (most: number) => v.pipe(v.string(), v.maxLength(most));
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4096));
const runId = v.pipe(v.string(), v.minLength(1), v.maxLength(100));
const runIds = v.pipe(v.array(runId), v.maxLength(10_000));
const finite = v.pipe(v.number(), v.finite());
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
/** The limits of a field, in its own words. */
const within = (field: IntField | FloatField) =>
  required<number>((input) => limits.allows(field, input), rangeOf(field));
const fieldValue = v.union([finite, words(10_000), v.boolean()]);
const taskChoice = v.strictObject({ id: words(100), fields: recordOf(fieldValue) });
const dataId = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
/** What a person calls a data set. */
const title = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
/** Files of a folder that a page sends at once. */
const mostPictures = 100_000;
const base64 = v.pipe(words(Math.ceil(longestText / 3) * 4), v.base64());
const runtimeId = v.picklist(runtimeIds);
const flag = v.optional(v.boolean());
const language = v.picklist(['en', 'zh']);
const mode = v.picklist(['race', 'queue', 'parallel']);

/** An experiment is judged by validateExperiment, which finds every problem at once; here it only has to be an object. */
const experiment = required<ExperimentSpec>(
  (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
  say`an experiment`,
);

const action = v.variant('kind', [
  v.strictObject({ kind: v.literal('pause') }),
  v.strictObject({ kind: v.literal('resume'), otherData: flag }),
  v.strictObject({ kind: v.literal('step'), otherData: flag }),
  v.strictObject({ kind: v.literal('stop') }),
  v.strictObject({
    kind: v.literal('learning-rate'),
    value: within(limits.learningRate),
    otherData: flag,
  }),
  v.strictObject({
    kind: v.literal('fork'),
    step: whole(0, Number.MAX_SAFE_INTEGER),
    weights: v.exactOptional(path),
    training: v.optional(recordOf(fieldValue)),
    name: v.optional(words(200)),
    otherData: flag,
  }),
]);

const settings = v.partial(
  v.strictObject({
    theme: v.picklist(['system', 'light', 'dark', 'hc', 'hc-light']),
    language: v.picklist(['system', 'en', 'zh']),
    // The allowed number depends on the machine, so the lab checks it.
    threads: whole(0, Number.MAX_SAFE_INTEGER),
    device: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
    sessionsFolder: path,
    dataFolder: path,
    mode,
    views: v.pipe(v.array(v.strictObject({ name: words(200), query: recordOf(words(2000)) })), v.maxLength(100)),
  }),
);

/** The lab checks ranges, with messages that name the fields. */
const scalingSpec = v.strictObject({
  format: v.literal('minrnn-scaling'),
  version: v.literal(1),
  vary: v.picklist(['length', 'width', 'batch']),
  from: finite,
  to: finite,
  length: finite,
  width: finite,
  batch: finite,
  layers: finite,
  series: v.pipe(v.array(v.strictObject({ model: words(100), implementation: words(100) })), v.maxLength(100)),
  device: v.strictObject({
    kind: words(40),
    threads: whole(0, Number.MAX_SAFE_INTEGER),
    module: v.exactOptional(words(40)),
  }),
  warmUp: finite,
  repeats: finite,
});

const axis = v.picklist(['step', 'tokens', 'samples', 'active', 'wall', 'flops']);

export const requestSchemas = {
  'lab/describe': nothing,
  'settings/get': nothing,
  'settings/set': settings,
  'session/current': nothing,
  'session/new': v.strictObject({
    name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
    experiment: v.optional(experimentShape),
  }),
  'session/open': v.strictObject({ path }),
  'session/compare': v.strictObject({ paths: v.pipe(v.array(path), v.minLength(2), v.maxLength(20)) }),
  'session/close': v.strictObject({ unsaved: v.exactOptional(v.picklist(['keep', 'give-up'])) }),
  'session/save-as': v.strictObject({ path, overwrite: flag }),
  'session/put-texts': nothing,
  'session/rename': v.strictObject({ name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)) }),
  'session/edit': v.strictObject({
    note: v.optional(words(1_000_000)),
    baseline: v.optional(v.nullable(runId)),
    experiment: v.optional(experimentShape),
  }),
  'session/list': nothing,
  'session/details': v.strictObject({ path }),
  'session/duplicate': v.strictObject({ path }),
  'session/delete': v.strictObject({ path }),
  'session/undelete': v.strictObject({ undo: words(200) }),
  'session/export': v.strictObject({
    format: v.picklist(exportFormats),
    runs: v.optional(runIds),
    path: v.optional(path),
    overwrite: flag,
    bom: flag,
    language: v.exactOptional(language),
    pictures: v.optional(
      v.pipe(v.array(v.strictObject({ title: words(500), svg: words(20_000_000) })), v.maxLength(20)),
    ),
  }),
  'session/export-several': v.strictObject({
    paths: v.pipe(v.array(path), v.minLength(1), v.maxLength(100)),
    formats: v.pipe(v.array(v.picklist(exportFormats)), v.minLength(1), v.maxLength(exportFormats.length)),
    language: v.exactOptional(language),
  }),
  'session/import-experiment': v.strictObject({ text: words(10_000_000) }),
  'experiment/validate': v.strictObject({ spec: experiment }),
  'experiment/preflight': v.strictObject({ spec: experiment }),
  'experiment/sizes': v.strictObject({
    width: whole(1, 8192),
    expansion: v.pipe(v.number(), v.minValue(0.125), v.maxValue(16)),
  }),
  'reproduce/weights': v.strictObject({
    layers: v.pipe(
      v.array(
        v.strictObject({
          model: words(100),
          width: whole(1, 8192),
          expansion: v.pipe(v.number(), v.minValue(0.125), v.maxValue(16)),
          counted: v.picklist(countings),
        }),
      ),
      v.maxLength(1000),
    ),
  }),
  'race/start': v.strictObject({ spec: experiment }),
  'race/act': v.strictObject({ runs: runIds, action }),
  'run/edit': v.strictObject({
    run: runId,
    name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200))),
    note: v.optional(words(1_000_000)),
    tags: v.optional(v.pipe(v.array(words(100)), v.maxLength(100))),
    hidden: flag,
  }),
  'run/delete': v.union([v.strictObject({ run: runId }), v.strictObject({ runs: runIds })]),
  'run/sample': v.strictObject({
    run: runId,
    prompt: words(100_000),
    length: within(limits.sampleLength),
    temperature: within(limits.temperature),
    seed: within(limits.seed),
    step: v.exactOptional(whole(0, Number.MAX_SAFE_INTEGER)),
    otherData: flag,
  }),
  'run/samples': v.strictObject({ run: runId }),
  'run/sample-text': v.strictObject({ run: runId, id: whole(0, Number.MAX_SAFE_INTEGER) }),
  'run/answers': v.strictObject({ run: runId }),
  'run/examples': v.strictObject({ run: runId }),
  'run/prompt': v.strictObject({ run: runId }),
  'task/examples': v.strictObject({
    task: taskChoice,
    count: whole(1, 10),
  }),
  'run/import-weights': v.strictObject({ run: runId, path }),
  'series/query': v.strictObject({
    runs: runIds,
    metric: v.custom<MetricKind>((input) => typeof input === 'string' && isMetricKind(input)),
    x: axis,
    from: v.nullable(finite),
    to: v.nullable(finite),
    columns: whole(1, 100_000),
    scale: v.optional(v.picklist(['linear', 'log'])),
  }),
  'race/result': v.strictObject({ x: axis }),
  'dataset/import': v.union([
    v.strictObject({ path }),
    v.strictObject({ name: title, text: words(longestText) }),
    v.strictObject({ name: title, data: base64 }),
    v.strictObject({
      name: title,
      pictures: v.pipe(v.array(v.strictObject({ path, data: base64 })), v.maxLength(mostPictures)),
    }),
  ]),
  'dataset/download': v.strictObject({ id: dataId }),
  'dataset/look': v.strictObject({ id: dataId }),
  'dataset/forecast': v.strictObject({ task: taskChoice }),
  'dataset/rename': v.strictObject({ id: dataId, title }),
  'dataset/remove': v.strictObject({ id: dataId }),
  'runtime/list': nothing,
  'runtime/add': v.strictObject({ id: runtimeId }),
  'runtime/check': v.strictObject({ id: runtimeId }),
  'runtime/cancel': v.strictObject({ id: runtimeId }),
  'runtime/remove': v.strictObject({ id: runtimeId }),
  'comparison/list': nothing,
  'comparison/start': v.strictObject({ ids: v.pipe(v.array(words(100)), v.maxLength(64)) }),
  'comparison/cancel': nothing,
  'scaling/start': v.strictObject({ spec: scalingSpec }),
  'scaling/stop': nothing,
  'scaling/latest': nothing,
} satisfies { readonly [K in LabRequest]: v.GenericSchema<unknown, LabParams<K>> };

const requestFrame = v.object({
  type: v.literal('request'),
  id: whole(0, Number.MAX_SAFE_INTEGER),
  name: v.string(),
  params: v.unknown(),
});

/** `training.beta1`, or `''` for the whole input. */
const pathOf = (issue: v.BaseIssue<unknown>): string => (issue.path ?? []).map((item) => String(item.key)).join('.');

export const isLabRequest = (name: string): name is LabRequest => Object.hasOwn(requestSchemas, name);

/** A request frame from a port; anything else is null and ignored. */
export function readRequestFrame(
  input: unknown,
):
  | (Frame & { readonly type: 'request' })
  | { readonly type: 'unknown'; readonly id: number; readonly name: string }
  | null {
  const read = v.safeParse(requestFrame, input);
  if (!read.success) return null;
  const { id, name, params } = read.output;
  return isLabRequest(name) ? { type: 'request', id, name, params } : { type: 'unknown', id, name };
}

/** The parameters of a request, typed, or a message that names the field, the requirement and the actual value. */
export function readParams<K extends LabRequest>(name: K, params: unknown): Result<LabParams<K>> {
  if (isDeeperThan(params))
    return fail(
      'bad-input',
      say`${asIs<string>(name)}: parameters: at most ${deepestJson} levels of nesting are allowed, got more`,
    );
  const schema: v.GenericSchema<unknown, unknown> = requestSchemas[name];
  const read = v.safeParse(schema, params, { abortEarly: true });
  if (read.success) return ok(read.output as LabParams<K>);
  const [issue] = read.issues;
  const field = pathOf(issue);
  const extra: Partial<AppError> = field === '' ? {} : { field };
  const at = asIs(field === '' ? name : field);
  return fail('bad-input', issueWords(asIs<string>(name), at, issue), extra);
}
