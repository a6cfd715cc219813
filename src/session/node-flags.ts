// Flags for every Node process of the program.

/**
 * V8 can end a process ("Check failed: jit_page.has_value()") when it replaces the wrapper of a function that WebAssembly imports while other
 * threads use their own: the type stripper in each thread is such a module. Wrappers that never become hot are never replaced.
 */
const keepWrappers = '--wasm-wrapper-tiering-budget=2147483647';

/** Node before 24 may not know the flag. */
const known = Number(process.versions.node.split('.')[0]) >= 24;

export const childFlags: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  ...(known ? [keepWrappers] : []),
];
