// The sets that are no texts, read from the file this program stored them in, whichever they are.
import { readSafetensors } from '../core/safetensors.ts';
import type { Result } from '../core/result.ts';
import { readLabelled, type LabelledSet } from './labelled.ts';
import { readTable, type TableSet } from './table.ts';

export function readStored(name: string, bytes: Uint8Array): Result<LabelledSet | TableSet> {
  const read = readSafetensors(bytes);
  if (!read.ok) return read;
  return read.value.metadata['kind'] === 'table' ? readTable(name, bytes) : readLabelled(name, bytes);
}
