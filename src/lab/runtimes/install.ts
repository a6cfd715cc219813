// One installation from the first byte to its name: fetch, unpack, compile, try. Everything is made in a folder of its own, which gets its name last;
// whatever stops it before, that folder goes. Knows no list and no screen.
import { join } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { RuntimeStage } from '../../protocol/runtimes.ts';
import { makeFolder, publishFolder, removeFolder } from '../../session/files/index.ts';
import { download, type Digest } from '../data/download.ts';
import { asFile } from '../files/files.ts';
import { diskFree } from '../engines/machine.ts';
import { checkRuntime, targetOf } from './check.ts';
import { compileBinding, findCxx } from './compile.ts';
import { noCompiler } from './possible.ts';
import { fetchBytes, type RuntimePart, type RuntimeSource } from './source.ts';
import { recordOf, withCheck, type RuntimeFolder } from './store.ts';
import { unpack } from './unpack.ts';

export interface Installation {
  readonly source: RuntimeSource;
  /** Whose lock the caller holds. */
  readonly folder: RuntimeFolder;
  readonly signal: AbortSignal;
  readonly onProgress: (stage: RuntimeStage, done: number, total: number) => void;
}

function digestOf(integrity: string): Digest {
  const [algorithm = '', base64 = ''] = integrity.split('-', 2);
  if (algorithm !== 'sha256' && algorithm !== 'sha512')
    throw new Error(`runtimes: an integrity must be sha256 or sha512, got ${integrity}`);
  return { algorithm, hex: Buffer.from(base64, 'base64').toString('hex') };
}

const fileOf = (folder: RuntimeFolder, part: RuntimePart): string =>
  join(folder.downloads, `${digestOf(part.integrity).hex.slice(0, 40)}.${part.kind}`);

async function needSpace({ source, folder }: Installation): Promise<void> {
  const needed = fetchBytes(source) + source.diskBytes;
  const free = await diskFree(folder.path);
  if (free === null || free >= needed) return;
  const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
  throw new AppFailure({
    code: 'disk-full',
    message: say`runtimes: ${asIs(source.title)} needs ${mebibytes(needed)} MiB while it is installed, got ${mebibytes(free)} MiB free`,
    cure: say`Free some space, or choose another data folder.`,
  });
}

async function fetchAll({ source, folder, signal, onProgress }: Installation): Promise<void> {
  const total = fetchBytes(source);
  let before = 0;
  onProgress('fetch', 0, total);
  for (const part of source.parts) {
    const { url, bytes, integrity } = part;
    await download({
      url,
      bytes,
      digest: digestOf(integrity),
      target: fileOf(folder, part),
      onProgress: (received) => onProgress('fetch', before + received, total),
      signal,
    });
    before += bytes;
    onProgress('fetch', before, total);
  }
}

async function unpackAll({ source, folder, signal, onProgress }: Installation): Promise<void> {
  const total = fetchBytes(source);
  let before = 0;
  for (const part of source.parts) {
    const archive = fileOf(folder, part);
    const files = await unpack({
      archive,
      kind: part.kind,
      folder: folder.making,
      take: part.take,
      onProgress: (bytes) => onProgress('unpack', before + bytes, total),
      signal,
    });
    if (files === 0)
      throw new AppFailure({
        code: 'damaged-file',
        message: say`runtimes: ${asIs(part.url)} must hold the files that are wanted of it, got none of them`,
        cure: say`Report it: the description of this runtime is wrong.`,
      });
    before += part.bytes;
    onProgress('unpack', before, total);
  }
}

async function compileIn({ source, folder, signal, onProgress }: Installation): Promise<void> {
  if (!source.compiles) return;
  onProgress('build', 0, 0);
  const compiler = await findCxx();
  if (compiler === null) throw new AppFailure(noCompiler);
  const target = folder.packageFolder(source.package, folder.making);
  await compileBinding(target, compiler, signal);
  removeFolder(join(target, 'deps', 'include'));
}

/** Installs, in the place of what was there. Rejects with AppFailure (code `cancelled` when it was called off); nothing half done stays. */
export async function install(work: Installation): Promise<void> {
  const { source, folder, signal, onProgress } = work;
  try {
    removeFolder(folder.making);
    await needSpace(work);
    await fetchAll(work);
    await asFile('runtimes', folder.making, async () => {
      makeFolder(folder.making);
      await unpackAll(work);
      await compileIn(work);
    });
    onProgress('check', 0, 0);
    const record = await recordOf(folder.making, source);
    const check = await checkRuntime({
      target: targetOf(source, folder.packageFolder(source.package, folder.making)),
      needsCuda: source.cuda,
      onProgress: (done, total) => onProgress('check', done, total),
      signal,
    });
    signal.throwIfAborted();
    await folder.note(withCheck(record, check), folder.making);
    await asFile('runtimes', folder.path, () => Promise.resolve(publishFolder(folder.making, folder.path)));
    removeFolder(folder.downloads);
  } catch (error) {
    removeFolder(folder.making);
    if (!signal.aborted) throw error;
    removeFolder(folder.downloads);
    throw new AppFailure({ code: 'cancelled', message: say`runtimes: installing ${asIs(source.title)} was cancelled` });
  }
}
