// Which copy of each run a merged session keeps, and what is said about runs that more than one file has. Only reads.
import { asIs, joined, say } from '../../engine/core/say.ts';
import type { AppFailure } from '../../engine/core/result.ts';
import { failure } from '../failures.ts';
import { readRuns } from '../runs.ts';
import { all, textOf } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import type { MergeReport } from '../store.ts';
import { relationOf, type Copy } from './relation.ts';

export interface Source {
  readonly path: string;
  readonly name: string;
  readonly db: Database;
  /** Ids that are another one in the merged session, where both copies of a run are kept. */
  readonly renamed: Map<string, string>;
}

export interface Kept {
  readonly id: string;
  /** As in the file. */
  readonly original: string;
  source: number;
  copy: Copy;
  /** Copies that are not kept, whose words and samples are. */
  readonly others: Copy[];
}

type Repeated = MergeReport['repeated'][number];

interface Choice {
  readonly kept: Kept[];
  readonly repeated: Repeated[];
}

function copiesIn({ db }: Source): readonly Copy[] {
  const rows = new Map(all(db, 'SELECT * FROM runs').map((row) => [textOf(row, 'id'), row]));
  return readRuns(db).flatMap((run) => {
    const row = rows.get(run.id);
    return row === undefined ? [] : [{ db, run, row }];
  });
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) if (!taken.has(`${id}-${number}`)) return `${id}-${number}`;
}

/** The same history: true if one of the copies stands for both. */
function united(kept: Kept, copy: Copy, source: number, tell: (how: Repeated['how'], kept: number) => void): boolean {
  const relation = relationOf(kept.copy, copy);
  if (relation === 'conflict') return false;
  if (relation === 'earlier') {
    tell('later', source);
    kept.others.push(kept.copy);
    kept.copy = copy;
    kept.source = source;
  } else {
    tell(relation === 'same' ? 'same' : 'earlier', kept.source);
    kept.others.push(copy);
  }
  return true;
}

/** In the order of the files. A run that is in several of them is kept once if its copies are one history, and else as `keepBoth` says. */
export function choose(sources: readonly Source[], keepBoth: boolean): Choice {
  const copies = sources.map(copiesIn);
  const taken = new Set(copies.flat().map(({ run }) => run.id));
  const choice: Choice = { kept: [], repeated: [] };
  const pathOf = (at: number): string => sources[at]?.path ?? '';
  for (const [at, source] of sources.entries())
    for (const copy of copies[at] ?? []) {
      const { id, name } = copy.run;
      const before = choice.kept.filter((one) => one.original === id);
      const firstIn = before[0]?.source ?? at;
      const tell = (how: Repeated['how'], kept: number, as: string): void => {
        choice.repeated.push({ id: as, name, how, first: pathOf(firstIn), again: source.path, kept: pathOf(kept) });
      };
      const found = before.find((one) => united(one, copy, at, (how, kept) => tell(how, kept, one.id)));
      if (found !== undefined) {
        if (found.id !== id) source.renamed.set(id, found.id);
        continue;
      }
      const own = before.length === 0 ? id : freeId(id, taken);
      taken.add(own);
      if (own !== id) {
        source.renamed.set(id, own);
        tell('both', at, own);
      }
      choice.kept.push({ id: own, original: id, source: at, copy, others: [] });
    }
  const conflicts = choice.repeated.filter(({ how }) => how === 'both');
  if (conflicts.length > 0 && !keepBoth) throw refused(conflicts);
  return choice;
}

/** Most conflicts that are named one by one. */
const mostNamed = 5;

function refused(conflicts: readonly Repeated[]): AppFailure {
  const named = conflicts
    .slice(0, mostNamed)
    .map(({ name, first, again }) => say`${asIs(name)} in ${asIs(first)} and ${asIs(again)}`);
  const more = conflicts.length - named.length;
  const list = more > 0 ? say`${joined(named, '; ')}; and ${more} more` : joined(named, '; ');
  return failure(
    'conflict',
    say`merge: a run must have one history in all files, got another one under the same id: ${list}`,
    say`Leave one of the files out, or keep both copies of such runs with --keep-both. Nothing was written.`,
  );
}
