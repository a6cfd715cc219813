// Chinese texts for kinds of errors, pages of text and playing through stored steps on the Examples panel.
import type { errors as english } from '../en/errors.ts';
import type { Translation } from '../shape.ts';

export const errors: Translation<typeof english> = {
  title: '错误的种类',
  confusions: '最常见的错误，占全部错误',
  before: '前一个',
  after: '后一个',
  elsewhere: '别处的符号',
  blank: '空白符',
  foreign: '答案中没有的符号',
  low: '偏低',
  high: '偏高',
  none: '无',
  confused: '把 {wanted} 答成 {given}',
  wrongAt: '第 {places} 位错误：{kinds}',
  pageRight: '{of} 个字母中答对 {n} 个，概率 {share}',
  pageOf: '{name} 眼中的一页留出文本；用方向键逐个字母查看',
  stands: '此处是 {wanted}；给它的概率为 {share} %。',
  likelier: '它认为 {given} 更可能。',
  aboutPage: '底色：运行给实际字母的概率。下划线：它认为另一个字母更可能。',
  play: '依次播放已保存的步',
  pause: '暂停',
  next: '下一个已保存的步',
};
