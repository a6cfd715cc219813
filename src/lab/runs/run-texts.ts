// A run's text is identified by its content: this finds it under any name, or inside the session, and refuses other content unless a person
// allows it, which is recorded with the run. Independent of engines and the schedule.
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import type { RunSpec } from '../../engine/spec/run-spec.ts';
import { sameText, textOfRun, type TextIdentity, type TextUse } from '../../engine/spec/text-identity.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import { makeVocabulary, textUnit, type TextUnit } from '../../engine/tasks/vocabulary.ts';
import type { DataHandle } from '../../protocol/engine.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import type { Datasets } from '../data/datasets.ts';
import { datasetOf } from '../experiments/experiments.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import { bytesOf, hashOf, readData, sha256 } from '../data/task-data.ts';
import { keepTokens, tokenFileOf } from '../data/token-file.ts';

const unitOf = (spec: Pick<RunSpec, 'task'>): TextUnit => textUnit(spec.task.fields['unit']);

let newest: { readonly text: TaskData; readonly unit: TextUnit; readonly identity: TextIdentity } | null = null;

/** The identity of `text`. The latest is cached, since the runs of a race share theirs. Rejects a text without a vocabulary. */
export function identityOf(name: string, text: TaskData, unit: TextUnit): TextIdentity {
  if (newest?.text === text && newest.unit === unit) return { ...newest.identity, name };
  const identity = { name, sha256: hashOf(text), bytes: bytesOf(text).byteLength, symbols: symbolsOf(text, unit) };
  newest = { text, unit, identity };
  return identity;
}

/** The vocabulary of a text, the names of the classes, or those of the columns. */
function symbolsOf(data: TaskData, unit: TextUnit): TextIdentity['symbols'] {
  if (typeof data !== 'string' && data.kind === 'table') {
    const columns = data.columns.map(({ name, type }) => [name, type]);
    return { sha256: sha256(JSON.stringify(columns)), count: columns.length };
  }
  if (typeof data !== 'string') return { sha256: sha256(JSON.stringify(data.names)), count: data.names.length };
  const { codes } = unwrap(makeVocabulary(data, unit));
  return { sha256: sha256(Buffer.from(Uint32Array.from(codes).buffer)), count: codes.length };
}

/** Data to train on, and the record of it. */
export interface FoundData {
  /** Null when the task makes its own data. */
  readonly data: TaskData | null;
  readonly uses: readonly TextUse[];
  /** The run has learned from another or an unrecorded text so far: `uses` has grown by one. */
  readonly changed: 'other' | 'unrecorded' | null;
}

/** What a run has learnt from, as far as it was recorded. */
export const usesOf = (run: Pick<StoredRun, 'spec' | 'texts'>): readonly TextUse[] =>
  run.texts ?? (datasetOf(run.spec) === null ? [] : [{ step: 0, text: null }]);

type Learner = Pick<StoredRun, 'name' | 'spec'>;

const shown = ({ sha256: hash, bytes, symbols }: TextIdentity): Message =>
  say`SHA-256 ${asIs(hash)}, ${bytes} bytes, ${symbols.count} symbols with SHA-256 ${asIs(symbols.sha256)}`;

export class RunTexts {
  readonly #keeper: SessionKeeper;
  readonly #datasets: Datasets;
  /** Other content that a person has allowed for this request. */
  readonly #lent = new Map<RunId, TaskData>();

  constructor(keeper: SessionKeeper, datasets: Datasets) {
    this.#keeper = keeper;
    this.#datasets = datasets;
  }

  /** Where an engine of this task reads it. */
  async handle(data: TaskData, spec: Pick<RunSpec, 'task'>): Promise<DataHandle> {
    const handle = await this.#datasets.handed.handle(data);
    if (typeof data !== 'string' || unitOf(spec) !== 'tokens') return handle;
    const tokens = tokenFileOf(handle.path);
    await keepTokens(tokens, data);
    return { ...handle, tokens };
  }

  /** What new runs of this task learn from. */
  async beginning(spec: RunSpec): Promise<readonly TextUse[]> {
    const name = datasetOf(spec);
    return name === null ? [] : [{ step: 0, text: await this.#named(name, spec) }];
  }

  /** The text for the engine of a run; null when it needs none. Rejects like `resolve`. */
  async textFor(run: StoredRun): Promise<TaskData | null> {
    const lent = this.#lent.get(run.id);
    return lent ?? (await this.resolve(run, usesOf(run), run.cursor.step, false)).data;
  }

  /**
   * The text for a run with `uses` that continues at `step`. Rejects with AppFailure if its content is missing or has changed: field
   * `otherData`; with `otherData` the current text of that name is used.
   */
  async resolve(run: Learner, uses: readonly TextUse[], step: number, otherData: boolean): Promise<FoundData> {
    const name = datasetOf(run.spec);
    if (name === null) return { data: null, uses, changed: null };
    const wanted = textOfRun(uses);
    const found = wanted === null ? null : await this.#find(wanted, run.spec);
    if (found !== null) return { data: found, uses, changed: null };
    const use = { step, text: await this.#instead(run, name, wanted, otherData) };
    const text = await this.#datasets.content(name);
    return { data: text, uses: [...uses, use], changed: wanted === null ? 'unrecorded' : 'other' };
  }

  /** For runs that are to continue: all texts are found before anything is recorded. */
  async needForTraining(runs: readonly StoredRun[], otherData: boolean): Promise<void> {
    const found: (readonly [StoredRun, FoundData])[] = [];
    for (const run of runs) found.push([run, await this.resolve(run, usesOf(run), this.#savedStep(run.id), otherData)]);
    for (const [run, { uses, changed }] of found) {
      if (changed === null) continue;
      this.#keeper.update(run.id, { texts: uses });
      const text = textOfRun(uses);
      const detail = `${text?.name ?? ''} ${text?.sha256 ?? ''} from step ${uses.at(-1)?.step ?? 0}`;
      this.#keeper.records.event(run.id, changed === 'other' ? 'other-data' : 'text-recorded', detail);
    }
  }

  /** Does `work` with other content than the run's own if allowed; nothing is recorded. */
  async lending<T>(id: RunId, otherData: boolean, work: () => Promise<T>): Promise<T> {
    const run = this.#keeper.run(id);
    const { data: text, changed } = await this.resolve(run, usesOf(run), run.cursor.step, otherData);
    if (changed !== 'other' || text === null) return work();
    this.#lent.set(id, text);
    try {
      return await work();
    } finally {
      this.#lent.delete(id);
    }
  }

  /** Puts every text its runs learn from into the session. Rejects when one is not here. Resolves to how many it holds then. */
  async putIntoSession(): Promise<number> {
    for (const run of this.#keeper.runs()) {
      for (const { text } of usesOf(run)) {
        const content = text && (await this.#find(text, run.spec));
        if (text && content === null) throw missing(run.name, text);
        if (text && content) await this.#keeper.putText(text.name, bytesOf(content));
      }
    }
    return (await this.#keeper.store.texts()).length;
  }

  #savedStep(id: RunId): number {
    return this.#keeper.live(id).checkpoints.findLast((mark) => mark.kind === 'latest')?.step ?? 0;
  }

  async #identity(name: string, data: TaskData, spec: Pick<RunSpec, 'task'>): Promise<TextIdentity> {
    if (typeof data === 'string' && unitOf(spec) === 'tokens')
      await keepTokens(tokenFileOf(this.#datasets.handed.fileFor(data)), data);
    return identityOf(name, data, unitOf(spec));
  }

  async #named(name: string, spec: Pick<RunSpec, 'task'>): Promise<TextIdentity> {
    const identity = await this.#identity(name, await this.#datasets.content(name), spec);
    const title = this.#datasets.list().find(({ id }) => id === name)?.title;
    return title === undefined || title === name ? identity : { ...identity, title };
  }

  /** The learned content: found here under any name, else inside the session; null if it is in neither place. */
  async #find(wanted: TextIdentity, spec: Pick<RunSpec, 'task'>): Promise<TaskData | null> {
    const text = (await this.#datasets.contentBySha(wanted.sha256)) ?? (await this.#inSession(wanted, spec));
    return text !== null && sameText(await this.#identity(wanted.name, text, spec), wanted) ? text : null;
  }

  async #inSession({ name, sha256: hash }: TextIdentity, spec: Pick<RunSpec, 'task'>): Promise<TaskData | null> {
    const bytes = unwrap(await this.#keeper.store.text(hash));
    if (bytes === null) return null;
    const need = findTask(spec.task.id)?.needs ?? 'text';
    if (need !== 'text') return unwrap(readData(need, name, bytes));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  }

  async #instead(run: Learner, name: string, wanted: TextIdentity | null, otherData: boolean): Promise<TextIdentity> {
    const here = await this.#named(name, run.spec).catch((error: unknown) => {
      if (error instanceof AppFailure && error.appError.code === 'not-found' && wanted !== null)
        throw missing(run.name, wanted);
      throw error;
    });
    if (wanted === null || otherData) return here;
    throw new AppFailure({
      code: 'conflict',
      message: say`${asIs(run.name)}: it must continue with the text "${asIs(wanted.name)}" it has learnt (${shown(wanted)}), got another one of that name (${shown(here)})`,
      field: 'otherData',
      cure: say`Import the text it has learnt, or store it in the session on a machine that has it. --other-data uses the other text and marks the run.`,
    });
  }
}

const missing = (run: string, text: TextIdentity): AppFailure =>
  new AppFailure({
    code: 'not-found',
    message: say`${asIs(run)}: the text "${asIs(text.name)}" it has learnt (${shown(text)}) must be here, got no text with this content`,
    field: 'task.fields.dataset',
    cure: say`Import that text here, or store it in the session on a machine that has it.`,
  });
