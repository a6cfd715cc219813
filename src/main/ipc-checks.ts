// What the window sends is checked again in main before it reaches a dialog, the lab or the disk: a compromised page must gain nothing by
// sending wrong types.
import { AppFailure } from '../engine/core/result.ts';
import { asIs, say, type Message } from '../engine/core/say.ts';
import type {
  FileFilter,
  IpcMessage,
  IpcMessages,
  IpcRequest,
  IpcRequests,
  MenuScreen,
  UiLanguage,
} from '../protocol/ipc.ts';
import type { Frame } from '../protocol/rpc.ts';

type Fields = Readonly<Record<string, unknown>>;

const longestText = 4_000;

const refuse = (who: string, wanted: Message, got: unknown): never => {
  throw new AppFailure({
    code: 'bad-input',
    message: say`${asIs(who)}: ${wanted} is required, got ${asIs<string>(typeof got)}`,
  });
};

function fields(who: string, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(who, say`an object`, value);
  return value as Fields;
}

function text(who: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > longestText || value.includes('\0'))
    return refuse(who, say`a short text`, value);
  return value;
}

function filters(who: string, value: unknown): readonly FileFilter[] {
  if (!Array.isArray(value)) return refuse(who, say`a list of file types`, value);
  return value.map((item) => {
    const { name, extensions } = fields(who, item);
    if (!Array.isArray(extensions)) return refuse(who, say`a list of extensions`, extensions);
    return { name: text(who, name), extensions: extensions.map((extension) => text(who, extension)) };
  });
}

function language(who: string, value: unknown): UiLanguage {
  return value === 'en' || value === 'zh' ? value : refuse(who, say`'en' or 'zh'`, value);
}

function screens(who: string, value: unknown): readonly MenuScreen[] {
  if (!Array.isArray(value)) return refuse(who, say`a list of screens`, value);
  return value.map((item) => {
    const { name, title } = fields(who, item);
    return { name: text(who, name), title: text(who, title) };
  });
}

function frame(who: string, value: unknown): Frame {
  const { type, id, name, params } = fields(who, value);
  if (type !== 'request' || typeof id !== 'number' || typeof name !== 'string')
    return refuse(who, say`a request frame`, value);
  // The lab checks that it has a request of this name, as for every front end.
  return { type, id, name, params } as Frame;
}

/** One check per request: returns the parameters with their type, or throws AppFailure(bad-input). */
export const requestChecks: { readonly [K in IpcRequest]: (value: unknown) => IpcRequests[K][0] } = {
  'dialog/open-file': (value) => {
    const { title, filters: types } = fields('dialog/open-file', value);
    return { title: text('dialog/open-file', title), filters: filters('dialog/open-file', types) };
  },
  'dialog/save-file': (value) => {
    const { title, filters: types, suggested } = fields('dialog/save-file', value);
    const who = 'dialog/save-file';
    return { title: text(who, title), filters: filters(who, types), suggested: text(who, suggested) };
  },
  'file/reveal': (value) => ({ path: text('file/reveal', fields('file/reveal', value).path) }),
  'window/ready': (value) => ({ language: language('window/ready', fields('window/ready', value).language) }),
};

/** The same for messages that get no answer. */
export const messageChecks: { readonly [K in IpcMessage]: (value: unknown) => IpcMessages[K] } = {
  'lab/frame': (value) => frame('lab/frame', value),
  'window/language': (value) => language('window/language', value),
  'window/screens': (value) => screens('window/screens', value),
};
