// The only access to a person's files: no other part of the program renames, replaces or removes one (enforced by lint).
export { publishFolder, removeFolder } from './folders.ts';
export { requireReplaceable } from './kinds.ts';
export type { WrittenKind } from './kinds.ts';
export { acquireWriterLock, isBeingWritten, lockFile, requireReadableHere } from './lock.ts';
export type { WriterLock } from './lock.ts';
export { besideName, canonicalPath, existingFile, factsOf, fileId, keepTimes } from './names.ts';
export { copyPrivate, fileMode, makeFolder } from './private.ts';
export { discard, keepBeside, moveSession, publish, removeDatabase, removeSession, taken, unfinished } from './swap.ts';
export { hasLeftovers, sweepFolder, sweepTemporary, temporaryFolder } from './temporary.ts';
export { isInWalMode } from './wal-mode.ts';
export { sweepParts, writeWhole } from './whole.ts';
export type { WholeOptions } from './whole.ts';
