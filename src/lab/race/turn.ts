// Yields the lab's thread to everything else that waits for it: frames of front ends, answers of engines, timers.

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
