// Chinese texts of the Race screen.
import type { Translation } from '../shape.ts';
import type { race as en } from '../en/race.ts';

export const race: Translation<typeof en> = {
  title: '竞赛',
};
