// Checks that a file's schema is the one this program creates. Anything else (a view, a trigger, a virtual table, a changed column) could
// be executed by reading, so the schema is compared before anything is read. Reads the list of objects without executing any.
import { asIs, type Message, type MessageValue, say, unsaid } from '../engine/core/say.ts';
import { failure } from './failures.ts';
import { applyMigrations } from './migrate.ts';
import type { Migration } from './migrations/index.ts';
import { openInMemory } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** One object of a database: table, index, view or trigger, with the statement that makes it (null where SQLite made it). */
interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** More objects than any format has; a file with more is foreign without a closer look. */
const mostEntries = 200;
/** Longer than any statement of a format, in characters. */
const longestStatement = 10_000;

const entriesSql = `SELECT substr(type, 1, 20) AS type, substr(name, 1, 200) AS name, substr(tbl_name, 1, 200) AS tbl,
  substr(sql, 1, ${longestStatement}) AS sql FROM sqlite_schema LIMIT ${mostEntries}`;

const objectKinds: Readonly<Record<string, Message>> = {
  index: say`an index`,
  table: say`a table`,
  trigger: say`a trigger`,
  view: say`a view`,
};

const word = (value: unknown): string => (typeof value === 'string' ? value : `(${typeof value})`);

function entriesOf(db: Database): readonly SchemaEntry[] {
  return db
    .prepare(entriesSql)
    .all()
    .map((row) => ({
      type: word(row['type']),
      name: word(row['name']),
      table: word(row['tbl']),
      sql: row['sql'] === null ? null : word(row['sql']).replace(/\s+/g, ' '),
    }));
}

const made = new WeakMap<readonly Migration[], Map<number, readonly SchemaEntry[]>>();

/** The schema that the migrations up to `version` create. */
function expectedEntries(migrations: readonly Migration[], version: number): readonly SchemaEntry[] {
  const versions = made.get(migrations) ?? new Map<number, readonly SchemaEntry[]>();
  made.set(migrations, versions);
  const known = versions.get(version);
  if (known) return known;
  const db = openInMemory();
  try {
    applyMigrations(
      db,
      migrations.filter((migration) => migration.version <= version),
    );
    const entries = entriesOf(db);
    versions.set(version, entries);
    return entries;
  } finally {
    db.close();
  }
}

const same = (a: SchemaEntry, b: SchemaEntry): boolean =>
  a.type === b.type && a.name === b.name && a.table === b.table && a.sql === b.sql;

/** Flipped bits change letters of a statement, but not its length. */
const mayBeDamage = (got: SchemaEntry, wanted: SchemaEntry): boolean =>
  got.type === wanted.type && got.name === wanted.name && got.sql?.length === wanted.sql?.length;

/**
 * Throws AppFailure unless the schema of the open file is exactly that of `version`: `bad-input` for foreign objects, `damaged-file` for a
 * garbled statement.
 */
export function requireOwnSchema(db: Database, path: string, migrations: readonly Migration[], version: number): void {
  const wanted = expectedEntries(migrations, version);
  const got = entriesOf(db);
  const odd = got.find((entry) => !wanted.some((own) => same(own, entry)));
  const lacking = wanted.find((own) => !got.some((entry) => same(own, entry)));
  if (odd === undefined && lacking === undefined && got.length === wanted.length) return requireUtf8(db, path);
  const garbled = got.length === wanted.length && got.every((entry) => wanted.some((own) => mayBeDamage(entry, own)));
  if (garbled)
    throw failure(
      'damaged-file',
      say`session: ${asIs(path)} must have the tables of format ${version}, got a garbled statement`,
    );
  const foreign =
    odd === undefined ? say`${lacking ? objectOf(lacking) : unsaid} missing` : say`a foreign ${objectOf(odd)}`;
  throw notOurs(
    path,
    say`only the tables of format ${version}`,
    lacking && odd?.name === lacking.name ? say`${objectOf(odd)} made by a foreign statement` : foreign,
  );
}

const objectOf = ({ type, name }: SchemaEntry): Message => say`${kindOf(type)} "${asIs(name)}"`;

const kindOf = (type: string): MessageValue => objectKinds[type] ?? asIs(type);

function requireUtf8(db: Database, path: string): void {
  const encoding = db.prepare('PRAGMA encoding').get()?.['encoding'];
  if (encoding !== 'UTF-8') throw notOurs(path, say`texts in UTF-8`, say`texts in ${asIs(String(encoding))}`);
}

const notOurs = (path: string, wanted: Message, got: Message): Error =>
  failure(
    'bad-input',
    say`session: ${asIs(path)} is not a session of this program: it must have ${wanted}, got ${got}`,
    say`Open a file that this program has saved. Nothing of this one was executed or changed.`,
  );

/** Whether a table of an open file, possibly with a damaged schema, is exactly the table of that name in `version`. */
export function isOwnTable(db: Database, name: string, migrations: readonly Migration[], version: number): boolean {
  const wanted = expectedEntries(migrations, version).find((entry) => entry.type === 'table' && entry.name === name);
  const found = entriesOf(db).filter((entry) => entry.name === name);
  const [only] = found;
  return wanted !== undefined && only !== undefined && found.length === 1 && same(only, wanted);
}
