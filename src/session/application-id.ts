// The number that marks a session file among SQLite files; separate from the rest of the format, since session/files needs it.

/** Bytes 68..71 of the file: the letters `mRNN`. Never changes. */
export const applicationId = 0x6d524e4e;
