// Cases of embedding.
import { ids, normal, type OpCase } from '../cases.ts';

export const embeddingCases = (): readonly OpCase<'embedding'>[] => [
  { name: 'embedding of a sequence', attrs: {}, inputs: [ids(6, 2, 65), normal(6, 5)] },
  { name: 'embedding of one', attrs: {}, inputs: [ids(3, 1), normal(3, 1)] },
  { name: 'embedding wide', attrs: {}, inputs: [ids(65, 130), normal(65, 33)] },
];
