// Tells the device tensorflow which installed library it may load: in this process and in those it starts. What a person has set themselves stays.
const name = 'MINRNN_TFJS_NODE';
const own = process.env[name];

/** A person has named a library of their own: it is the one that is used. */
export const hasOwnLibrary = own !== undefined && own !== '';

/** The folder of a package of TensorFlow.js, or null for none. */
export function offerRuntime(folder: string | null): void {
  if (hasOwnLibrary) return;
  if (folder === null) delete process.env[name];
  else process.env[name] = folder;
}
