// Realistic inputs with errors: bytes, JSON values and SQLite files are mutated along their structure. Seeded.
import type { Choices } from '../support/seeded.ts';

const numbers = [
  0,
  -0,
  -1,
  1,
  0.5,
  NaN,
  Infinity,
  -Infinity,
  1e308,
  5e-324,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e12,
];
const texts = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  '=1+2',
  '../../x',
  'é'.repeat(300),
];

/** An unexpected value for any place. */
function oddValue(choose: Choices): unknown {
  const make = choose.pick<() => unknown>([
    () => choose.pick(numbers),
    () => choose.pick(texts),
    () => null,
    () => choose.below(2) === 0,
    () => [],
    () => ({}),
    () => ({ toString: 1, valueOf: null, length: -1 }),
    () => JSON.parse('{"__proto__":{"polluted":1}}') as unknown,
    () => Array.from({ length: choose.below(50) }, () => choose.pick(numbers)),
    () => deep(choose.below(300)),
  ]);
  return make();
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

type Node = Record<string, unknown> | unknown[];
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** All objects and lists within a value. */
function nodesOf(value: unknown): Node[] {
  if (!isNode(value)) return [];
  return [value, ...Object.values(value).flatMap(nodesOf)];
}

/** A copy of a JSON value with up to four places changed. */
export function mutateJson(source: unknown, choose: Choices): unknown {
  const value = structuredClone(source);
  for (let i = choose.below(4); i >= 0; i--) {
    const nodes = nodesOf(value);
    if (nodes.length === 0 || choose.below(60) === 0) return oddValue(choose);
    changeNode(choose.pick(nodes), choose);
  }
  return value;
}

function changeNode(node: Node, choose: Choices): void {
  const target = node as Record<string, unknown>;
  const keys = Object.keys(target);
  const key = keys.length === 0 ? 'extra' : choose.pick(keys);
  const how = choose.below(6);
  if (how === 0) delete target[key];
  else if (how === 1)
    Object.defineProperty(target, choose.pick(texts), {
      value: oddValue(choose),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else if (how === 2 && keys.length > 1) target[key] = structuredClone(target[choose.pick(keys)]);
  else if (how === 3 && typeof target[key] === 'number') target[key] = target[key] * choose.pick([-1, 0, 2, 1e6, 0.1]);
  else target[key] = oddValue(choose);
}

/** Bytes with up to six changes: single bits, numbers of several widths, pieces repeated, dropped or moved, an early end. */
export function mutateBytes(source: Uint8Array, choose: Choices): Uint8Array {
  let bytes = Buffer.from(source);
  for (let i = choose.below(6); i >= 0; i--) bytes = changeBytes(bytes, choose);
  return bytes;
}

function changeBytes(bytes: Buffer<ArrayBuffer>, choose: Choices): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return Buffer.from([choose.below(256)]);
  const at = choose.below(bytes.length);
  const length = choose.below(Math.min(64, bytes.length - at)) + 1;
  switch (choose.below(7)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << choose.below(8));
      return bytes;
    case 1:
      bytes[at] = choose.pick([0, 1, 0x7f, 0x80, 0xff, 0x22, 0x5b, 0x7b, 0x0a]);
      return bytes;
    case 2:
      if (at + 8 <= bytes.length)
        bytes.writeBigUInt64LE(choose.pick([0n, 1n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n]), at);
      return bytes;
    case 3:
      if (at + 4 <= bytes.length) bytes.writeUInt32BE(choose.pick([0, 1, 2 ** 31, 2 ** 32 - 1, bytes.length]), at);
      return bytes;
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    default:
      return choose.below(8) === 0 ? Buffer.from(bytes.subarray(0, at)) : bytes;
  }
}

/** JSON text of a mutated value, sometimes also with broken syntax. */
export function mutateJsonText(source: unknown, choose: Choices): string {
  const text = JSON.stringify(mutateJson(source, choose)) ?? 'null';
  if (choose.below(4) > 0) return text;
  return Buffer.from(mutateBytes(Buffer.from(text), choose)).toString();
}

const columns: Readonly<Record<string, readonly string[]>> = {
  session: ['name', 'note', 'experiment', 'baseline', 'created'],
  runs: [
    'id',
    'position',
    'spec',
    'name',
    'variant',
    'intent',
    'cursor',
    'facts',
    'environment',
    'step_seconds',
    'peak_bytes',
    'forked_from',
    'tags',
    'hidden',
  ],
  metric_series: ['run', 'metric', 'points', 'last_step', 'last_value'],
  metric_chunks: ['series', 'start', 'summary', 'coarse', 'fine'],
  metric_points: ['crc', 'data'],
  metric_tail: ['start', 'crc', 'data'],
  checkpoints: ['run', 'kind', 'step', 'cursor', 'sha256', 'bytes', 'data'],
  samples: ['run', 'step', 'temperature', 'seed', 'text'],
  events: ['at', 'run', 'kind', 'detail'],
};

const values = [
  "'x'",
  "''",
  'NULL',
  '-1',
  '0',
  '9e999',
  '9223372036854775807',
  "'null'",
  "'{}'",
  "'[]'",
  "'[[[[1]]]]'",
  `'{"step":-1}'`,
  "x'00ff'",
  'zeroblob(64)',
  'randomblob(4096)',
];
const schema = [
  'CREATE TABLE extra (x)',
  'CREATE VIEW extra AS SELECT * FROM runs',
  'CREATE TRIGGER extra AFTER INSERT ON events BEGIN DELETE FROM runs; END',
  'DROP TABLE samples',
  'DROP TRIGGER runs_are_frozen',
  'DELETE FROM session',
  'DELETE FROM metric_points',
  'PRAGMA user_version=0',
  'PRAGMA user_version=99',
  'PRAGMA application_id=1',
  'PRAGMA journal_mode=WAL',
];

/** A statement that this program never runs on a session. */
export function foreignStatement(choose: Choices): string {
  if (choose.below(4) === 0) return choose.pick(schema);
  const table = choose.pick(Object.keys(columns));
  return `UPDATE OR IGNORE ${table} SET ${choose.pick(columns[table] ?? [])} = ${choose.pick(values)}`;
}
