// What the lab process prints, kept in a file of bounded size for bug reports.
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const mostBytes = 1_000_000;

/** Appends to `file`; past a megabyte the file becomes `<file>.old`. Never throws: a full disk must not end the program. */
export function openLog(file: string): (text: string) => void {
  return (text) => {
    try {
      mkdirSync(dirname(file), { recursive: true });
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > mostBytes) renameSync(file, `${file}.old`);
      appendFileSync(file, text);
    } catch {
      return;
    }
  };
}
