// What all checks of an experiment share: where a problem is reported, and the two things every part of it is asked first.
import type { Message } from '../core/say.ts';
import { unknownName } from './nearest.ts';
import type { SpecIssue } from './run-spec.ts';

export type Json = Readonly<Record<string, unknown>>;
export type Report = (field: string, message: Message, severity?: SpecIssue['severity']) => void;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every key must be a known one. */
export function checkKeys(input: Json, what: Message, at: string, known: readonly string[], report: Report): void {
  for (const key of Object.keys(input)) {
    if (!known.includes(key)) report(at === '' ? key : `${at}.${key}`, unknownName(what, key, known));
  }
}
