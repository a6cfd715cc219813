// Choosing files: the system's dialogs in Electron; in a browser a path prompt for the lab's files and the browser's own upload and
// download for this computer's. Gets the prompt function as a parameter; independent of screens.
import { asIs, say } from '../../engine/core/say.ts';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import type { FileFilter } from '../../protocol/ipc.ts';
import type { UploadedPicture } from '../../protocol/lab.ts';
import { decodeText, longestText, type DecodedText } from '../../protocol/text-file.ts';
import { desktopBridge } from './bridge.ts';

/** A prompt for one line of text; null = cancelled. */
export type AskText = (question: {
  readonly title: string;
  readonly label: string;
  readonly help?: string;
  readonly value?: string;
  readonly action: string;
}) => Promise<string | null>;

export interface PathQuestion {
  readonly title: string;
  readonly label: string;
  readonly help: string;
  readonly action: string;
  readonly filters: readonly FileFilter[];
  /** Initial name or path. */
  readonly suggested?: string;
}

export const filters = {
  session: (name: string): FileFilter => ({ name, extensions: ['rnnlab'] }),
  weights: { name: 'safetensors', extensions: ['safetensors'] },
  text: (name: string): FileFilter => ({ name, extensions: ['txt', 'md', 'csv', 'tsv', 'parquet', '*'] }),
  experiment: (name: string): FileFilter => ({ name, extensions: ['json'] }),
} as const;

/** Path of an existing file on the lab's machine; null = cancelled. */
export async function pickFile(question: PathQuestion, ask: AskText): Promise<string | null> {
  const bridge = desktopBridge();
  if (bridge) return bridge.openFile({ title: question.title, filters: question.filters });
  return askPath(question, ask);
}

/** Path for a new file on the lab's machine; the system dialog has asked about replacing already. */
export async function pickTarget(
  question: PathQuestion,
  ask: AskText,
): Promise<{ readonly path: string; readonly confirmed: boolean } | null> {
  const bridge = desktopBridge();
  if (!bridge) {
    const path = await askPath(question, ask);
    return path === null ? null : { path, confirmed: false };
  }
  const suggested = question.suggested ?? '';
  const path = await bridge.saveFile({ title: question.title, filters: question.filters, suggested });
  return path === null ? null : { path, confirmed: true };
}

async function askPath(question: PathQuestion, ask: AskText): Promise<string | null> {
  const { title, label, help, action, suggested } = question;
  const path = await ask({ title, label, help, action, ...(suggested === undefined ? {} : { value: suggested }) });
  return path === null || path.trim() === '' ? null : path.trim();
}

/** Chosen by a person on this computer: in Electron a path the lab can read, in a browser the text itself, or bytes in base64. */
export type PickedData = { readonly path: string } | UploadedText | UploadedBytes | UploadedFolder;

export interface UploadedFolder {
  readonly name: string;
  readonly pictures: readonly UploadedPicture[];
}

export interface UploadedBytes {
  readonly name: string;
  readonly data: string;
}

/** `changes`: what was converted. */
export interface UploadedText extends DecodedText {
  readonly name: string;
}

/** A file of this computer to learn from; null = cancelled. Rejects with words when the lab would not take it. */
export async function pickData(title: string, filter: FileFilter): Promise<PickedData | null> {
  const bridge = desktopBridge();
  if (bridge) {
    const path = await bridge.openFile({ title, filters: [filter] });
    return path === null ? null : { path };
  }
  const file = await uploaded(filter);
  return file === null ? null : dataOfFile(file);
}

/** The text of a file chosen through the browser's own dialog, in Electron as well. */
export async function uploadText(filter: FileFilter): Promise<UploadedText | null> {
  const file = await uploaded(filter);
  return file === null ? null : textOfFile(file);
}

async function uploaded(filter: FileFilter): Promise<File | null> {
  const input = document.createElement('input');
  input.type = 'file';
  if (!filter.extensions.includes('*')) input.accept = filter.extensions.map((extension) => `.${extension}`).join(',');
  return (await chosenIn(input))?.item(0) ?? null;
}

/** Null = cancelled. */
const chosenIn = (input: HTMLInputElement): Promise<FileList | null> =>
  new Promise((resolve) => {
    input.addEventListener('cancel', () => resolve(null), { once: true });
    input.addEventListener('change', () => resolve(input.files), { once: true });
    input.click();
  });

/** A folder of pictures of this computer, through the browser's own dialog in Electron as well; null = cancelled. */
export async function pickPictures(): Promise<UploadedFolder | null> {
  const input = document.createElement('input');
  input.type = 'file';
  input.webkitdirectory = true;
  const files = [...((await chosenIn(input)) ?? [])];
  const [first] = files;
  if (first === undefined) return null;
  const [name = ''] = first.webkitRelativePath.split('/');
  needShort({ name, size: files.reduce((sum, { size }) => sum + size, 0) });
  const pictures = await Promise.all(
    files.map(async (file) => ({
      path: file.webkitRelativePath.slice(name.length + 1),
      data: await base64Of(file),
    })),
  );
  return { name, pictures };
}

const parquetMark = 'PAR1';

/** Bytes of a Parquet file, which only the lab can read; the text of any other. */
export async function dataOfFile(file: File): Promise<UploadedText | UploadedBytes> {
  if ((await file.slice(0, parquetMark.length).text()) !== parquetMark) return textOfFile(file);
  needShort(file);
  return { name: file.name, data: await base64Of(file) };
}

async function base64Of(file: File): Promise<string> {
  const reader = new FileReader();
  const url = await new Promise<string>((resolve, reject) => {
    reader.addEventListener('load', () => resolve(String(reader.result)), { once: true });
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read`)), { once: true });
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(',') + 1);
}

/** Rejects with words when the file is no text, or too large. */
async function textOfFile(file: File): Promise<UploadedText> {
  needShort(file);
  const decoded = decodeText(new Uint8Array(await file.arrayBuffer()), file.name);
  return { name: file.name, ...unwrap(decoded) };
}

function needShort(file: Pick<File, 'name' | 'size'>): void {
  if (file.size <= longestText) return;
  const message = say`${asIs(file.name)}: a text must have at most ${longestText} bytes (256 MiB), got ${file.size}`;
  throw new AppFailure({ code: 'bad-input', message, cure: say`Choose a smaller file, or a part of it.` });
}

/** Hands a text, bytes or a picture to the browser as a download. */
export function download(name: string, content: BlobPart, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
