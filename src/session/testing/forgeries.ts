// What is forged in a session file: statements that give it a foreign schema, or one odd row. Data for tests of whatever reads such files.
import { DatabaseSync } from 'node:sqlite';

const endless = '(WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c)';
/** The body of a view that never ends. */
export const asView = `AS SELECT 1 AS id, ${endless} AS name, '' AS note, NULL AS experiment, NULL AS baseline, '' AS created`;

/** Schemas that no version of this program wrote. */
export const foreign: Readonly<Record<string, readonly string[]>> = {
  'a view in the place of a table': ['ALTER TABLE session RENAME TO s0', `CREATE VIEW session ${asView}`],
  'one more view': [`CREATE VIEW extra ${asView}`],
  'one more table': ['CREATE TABLE extra (x)'],
  'a table without a rowid': ['CREATE TABLE extra (x PRIMARY KEY) WITHOUT ROWID'],
  'a trigger': [`CREATE TRIGGER extra AFTER UPDATE ON session BEGIN DELETE FROM runs; END`],
  'a trigger of our own name': [
    'DROP TRIGGER runs_are_frozen',
    'CREATE TRIGGER runs_are_frozen AFTER INSERT ON events BEGIN DELETE FROM runs; END',
  ],
  'a virtual table': ['CREATE VIRTUAL TABLE extra USING fts5(x)'],
  'one more index': ['CREATE INDEX extra ON runs (name)'],
  'an index over an expression': ["CREATE INDEX extra ON runs (json_extract(spec, '$.seed'))"],
  'one more column': ['ALTER TABLE runs ADD COLUMN extra TEXT'],
  'a generated column': ['ALTER TABLE runs ADD COLUMN extra TEXT AS (name || name)'],
  'a missing table': ['DROP TABLE samples'],
  'a missing trigger': ['DROP TRIGGER runs_are_frozen'],
  'a missing index': ['DROP INDEX samples_by_run'],
  'a table that is not strict': [
    'DROP TABLE events',
    'CREATE TABLE events (id INTEGER PRIMARY KEY, at, run, kind, detail)',
  ],
  'statistics that steer the planner': ['ANALYZE'],
  'a thousand tables': ['BEGIN', ...Array.from({ length: 1000 }, (_, i) => `CREATE TABLE extra${i} (x)`), 'COMMIT'],
};

/** A statement for a copy of `source`, run without the trigger that protects runs. */
export function thawed(source: string, statement: string): readonly string[] {
  const db = new DatabaseSync(source, { readOnly: true });
  const frozen = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'").get()?.['sql'];
  db.close();
  return ['DROP TRIGGER runs_are_frozen', statement, String(frozen)];
}

/** Deeper than any value this program writes. */
export const deep = '['.repeat(900) + ']'.repeat(900);
/** Rows that no version of this program wrote; statements for `thawed`. */
export const odd: Readonly<Record<string, string>> = {
  'a cursor that is null': "UPDATE runs SET cursor = 'null' WHERE id = 'a'",
  'a cursor of another shape': `UPDATE runs SET cursor = '{"step":"many"}' WHERE id = 'a'`,
  'a cursor with a step below zero': "UPDATE runs SET cursor = json_set(cursor, '$.step', -5) WHERE id = 'a'",
  'a cursor that is no JSON': "UPDATE runs SET cursor = '{' WHERE id = 'a'",
  'a deeply nested cursor': `UPDATE runs SET cursor = '${deep}' WHERE id = 'a'`,
  'an empty spec': "UPDATE runs SET spec = '{}' WHERE id = 'a'",
  'a spec whose fields are a list': "UPDATE runs SET spec = json_set(spec, '$.training', json('[1]')) WHERE id = 'a'",
  'a spec whose value is an object': `UPDATE runs SET spec = json_set(spec, '$.training.rate', json('{"toString":1}')) WHERE id = 'a'`,
  'facts without memory': `UPDATE runs SET facts = '{"parameters":1}' WHERE id = 'a'`,
  'an environment that is a list': "UPDATE runs SET environment = '[]' WHERE id = 'a'",
  'tags that are a number': "UPDATE runs SET tags = '5' WHERE id = 'a'",
  'tags that are numbers': "UPDATE runs SET tags = '[5]' WHERE id = 'a'",
  'an intent nobody has': "UPDATE runs SET intent = 'flying' WHERE id = 'a'",
  'a size beyond every number': "UPDATE runs SET peak_bytes = 9007199254740993 WHERE id = 'a'",
  'an infinite time': "UPDATE runs SET warmup_seconds = 9e999 WHERE id = 'a'",
  'a parent that is a number': "UPDATE runs SET forked_from = '1' WHERE id = 'a'",
};
