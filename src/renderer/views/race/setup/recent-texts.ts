// The order of texts in a list: a person's own, the newest first, then those that come with the program. Pure.
import type { DatasetInfo } from '../../../../engine/spec/catalogue.ts';

const isOwn = ({ licence }: DatasetInfo): boolean => licence === 'your own file';

export const recentFirst = (texts: readonly DatasetInfo[]): readonly DatasetInfo[] => [
  ...texts.filter(isOwn).toReversed(),
  ...texts.filter((text) => !isOwn(text)),
];
