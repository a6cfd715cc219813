// Choosing files: the system's dialogs in Electron; in a browser a path prompt for the lab's files and the browser's own upload and
// download for this computer's. Gets the prompt function as a parameter; independent of screens.
import { asIs, say } from '../../engine/core/say.ts';
import { AppFailure, unwrap } from '../../engine/core/result.ts';
import type { FileFilter } from '../../protocol/ipc.ts';
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
  text: (name: string): FileFilter => ({ name, extensions: ['txt', 'md', 'csv', '*'] }),
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

/** Chosen by a person on this computer: in Electron a path the lab can read, in a browser the text itself. */
export type PickedText = { readonly path: string } | UploadedText;

/** `changes`: what was converted. */
export interface UploadedText extends DecodedText {
  readonly name: string;
}

/** A text file of this computer; null = cancelled. Rejects with words when the file is no text. */
export async function pickText(title: string, filter: FileFilter): Promise<PickedText | null> {
  const bridge = desktopBridge();
  if (bridge) {
    const path = await bridge.openFile({ title, filters: [filter] });
    return path === null ? null : { path };
  }
  return uploadText(filter);
}

/** The text of a file chosen through the browser's own dialog, in Electron as well. */
export function uploadText(filter: FileFilter): Promise<UploadedText | null> {
  const input = document.createElement('input');
  input.type = 'file';
  if (!filter.extensions.includes('*')) input.accept = filter.extensions.map((extension) => `.${extension}`).join(',');
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null), { once: true });
    input.addEventListener('change', () => void readChosen(input).then(resolve, reject), { once: true });
    input.click();
  });
}

async function readChosen(input: HTMLInputElement): Promise<UploadedText | null> {
  const file = input.files?.[0];
  return file ? textOfFile(file) : null;
}

/** Rejects with words when the file is no text, or too large. */
export async function textOfFile(file: File): Promise<UploadedText> {
  if (file.size > longestText) {
    const message = say`${asIs(file.name)}: a text must have at most ${longestText} bytes (256 MiB), got ${file.size}`;
    throw new AppFailure({ code: 'bad-input', message, cure: say`Choose a smaller file, or a part of it.` });
  }
  const decoded = decodeText(new Uint8Array(await file.arrayBuffer()), file.name);
  return { name: file.name, ...unwrap(decoded) };
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
