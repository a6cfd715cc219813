// Tags of a session are words of its note that begin with #, so that they are part of the file and can be placed anywhere.

/** `#class #文本`, in the order they come, each once. */
export const tagsIn = (note: string): readonly string[] => [
  ...new Set(Array.from(note.matchAll(/(?<=^|\s)#([\p{L}\p{N}_-]{1,40})/gu), ([, tag]) => tag ?? '')),
];
