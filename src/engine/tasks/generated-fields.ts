// Settings that tasks share which generate their data: held-out sequences, their length, and what training asks for.
import type { BoolField, IntField } from '../spec/fields.ts';

export const heldOutField = {
  kind: 'int',
  label: 'Held-out sequences',
  help: 'How many fixed sequences each evaluation uses.',
  unit: 'sequences',
  default: 256,
  min: 1,
  max: 65536,
  advanced: true,
} as const satisfies IntField;

export const testLengthField = {
  kind: 'int',
  label: 'Test length',
  help: 'Length of the held-out sequences; longer than in training, it asks whether the rule was learned. 0 = as in training.',
  symbol: 'test length',
  unit: 'tokens',
  default: 0,
  min: 0,
  max: 1048576,
} as const satisfies IntField;

export const everywhereField = {
  kind: 'bool',
  label: 'Learn every token',
  help: 'Training asks for the next token at every position, as the H3 code does; off, only for the answer. Held-out sequences always ask for the answer alone.',
  default: false,
  advanced: true,
} as const satisfies BoolField;
