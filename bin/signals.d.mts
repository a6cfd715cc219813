// Types of signals.mjs for the TypeScript parts that share it.
export function hearRequests(onRequest: (number: number, signal: NodeJS.Signals) => void): () => void;
