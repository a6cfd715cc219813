// Cases of broadcast.
import { normal, type OpCase } from '../cases.ts';

export const broadcastCases = (): readonly OpCase<'broadcast'>[] => [
  { name: 'broadcast row', attrs: { leading: [3, 2] }, inputs: [normal(7)] },
  { name: 'broadcast scalar', attrs: { leading: [9] }, inputs: [normal()] },
  { name: 'broadcast matrix', attrs: { leading: [65] }, inputs: [normal(2, 3)] },
  { name: 'broadcast nothing', attrs: { leading: [] }, inputs: [normal(5)] },
];
