// The number that marks a session file among SQLite files; apart from the rest of the format, since the door to files asks for it.

/** Bytes 68..71 of the file: the letters `mRNN`. Never changes. */
export const applicationId = 0x6d524e4e;
