// Sessions as files for other programs without opening them: one as if it were open, several as one archive with a folder each. They are
// only read.
import { unwrap } from '../../engine/core/result.ts';
import { exportKinds, type ExportFormat } from '../../protocol/export-kinds.ts';
import { fileNames } from '../../protocol/file-name.ts';
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { LabParams } from '../../protocol/lab.ts';
import type { ExportReply } from '../../protocol/state.ts';
import { sessionFiles, type SessionStore } from '../../session/index.ts';
import type { ExportFile } from './source.ts';
import { plansIn } from '../session/plans-in.ts';
import { archive, bytesReply, exportFiles, exportSession, type Opened } from './exports.ts';
import { liveFrom, runState } from '../runs/run-states.ts';

type Request = LabParams<'session/export-several'>;

/** A session file that is not open, as a front end would show it. */
async function atRest(store: SessionStore): Promise<Opened> {
  const { name, note, experiment, baseline } = await store.head();
  const standings = await store.standings();
  const runs = (await store.runs()).map((run) => runState(run, liveFrom(run, standings.get(run.id))));
  const state = { path: store.path, name, readOnly: true, saved: 'saved', experiment, baseline, note, runs } as const;
  const plans = plansIn(await store.events());
  return { store, state: () => (plans.length === 0 ? state : { ...state, plans }) };
}

/** `opened` is used as it is; another file is opened for this and closed again. */
async function withSession<T>(path: string, opened: Opened | null, work: (session: Opened) => Promise<T>): Promise<T> {
  if (opened?.store.path === path) return work(opened);
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  try {
    return await work(await atRest(store));
  } finally {
    await store.close();
  }
}

const stems = { table: 'runs', seeds: 'seeds', curves: 'curves', session: 'session', report: 'report' } as const;

/** Path of a file within the folder of its session, unique for each kind. */
function place(format: ExportFormat, { suffix, data }: ExportFile): ExportFile {
  const { what, ending } = exportKinds[format];
  if (format === 'tensorboard') return { suffix: `${format}/${suffix}`, data };
  return {
    suffix: what === 'weights' || what === 'pictures' ? `${format}/${suffix}${ending}` : `${stems[what]}${ending}`,
    data,
  };
}

async function folderOf(
  session: Opened,
  formats: readonly ExportFormat[],
  language: UiLanguage,
): Promise<readonly ExportFile[]> {
  const files: ExportFile[] = [];
  for (const format of formats)
    files.push(...(await exportFiles(session, { format, language })).map((file) => place(format, file)));
  return files;
}

/** `opened` = the session that is open in the lab. */
export async function exportSessions(
  opened: Opened | null,
  { paths, formats, language = 'en' }: Request,
): Promise<ExportReply> {
  const [[path, ...otherPaths], [format, ...otherFormats]] = [paths, formats];
  if (path !== undefined && format !== undefined && otherPaths.length + otherFormats.length === 0)
    return withSession(path, opened, (session) => exportSession(session, { format, language }));
  const sessions: { readonly name: string; readonly files: readonly ExportFile[] }[] = [];
  for (const each of paths) {
    sessions.push(
      await withSession(each, opened, async (session) => ({
        name: session.state().name,
        files: await folderOf(session, formats, language),
      })),
    );
  }
  const folders = fileNames(sessions.map(({ name }) => name));
  const all = sessions.flatMap(({ files }, at) =>
    files.map(({ suffix, data }) => ({ suffix: `${folders[at] ?? ''}/${suffix}`, data })),
  );
  return bytesReply(await archive(all), `${sessions.length} sessions.zip`);
}
