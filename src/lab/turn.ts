// Lets everything else that waits for the lab's thread have its turn: frames of other doors, answers of engines, timers.

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
