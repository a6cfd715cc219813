// The groups of tasks, in the order in which they are listed: what a network has to do.

export const taskGroups = ['text', 'recall', 'long', 'formal', 'numbers', 'own'] as const;

export type TaskGroup = (typeof taskGroups)[number];
