// Which words of a note are tags.
import { expect, it } from 'vitest';
import { tagsIn } from './tags.ts';

it('takes words that begin with #, each once, in any language', () => {
  expect(tagsIn('#paper Length 256, see issue#4 and #class.\n#课堂 #class')).toEqual(['paper', 'class', '课堂']);
  expect(tagsIn('')).toEqual([]);
  expect(tagsIn('# heading, 3 # 4')).toEqual([]);
});
