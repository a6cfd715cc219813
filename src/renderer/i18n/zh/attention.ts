// Chinese words for the fields of models that attend.
import type { FieldWords } from '../fields.ts';

export const gau: Readonly<Record<string, FieldWords>> = {
  keyWidth: { label: '键宽度', help: '查询与键的宽度；两者是同一个投影的两种缩放。', paper: '128' },
  shares: {
    label: '权重',
    help: '分数变成什么：为正时取平方、softmax 份额，或锐度随键的数目增长的 softmax 份额。',
    choices: { 'softmax-plus': 'softmax plus', softmax: 'softmax', 'squared-relu': '平方 ReLU' },
    paper: 'FLASH 用平方 ReLU；GAU-α 用 softmax plus',
  },
  positions: {
    label: '位置',
    help: '查询怎样得知距离：按位置旋转查询与键，或不得知。',
    choices: { rotary: '旋转', none: '无' },
    paper: '旋转',
  },
  bias: { label: '偏置', help: '为投影、查询与键加上可学偏置。', paper: 'GAU-α 中关闭' },
};

export const transformer: Readonly<Record<string, FieldWords>> = {
  heads: {
    label: '注意力头',
    help: '并列的注意力，各用宽度的一部分：状态宽度除以头数，向上取整。',
    paper: '8 个，每个宽 64；GPT-2：12 个，每个宽 64',
  },
  positions: {
    label: '位置',
    help: '查询怎样得知距离。网络自己学习位置时（如 GPT-2），此处选无。',
    choices: { rotary: '旋转', none: '无' },
    paper: '在嵌入上加正弦；RoFormer 及其后多数模型用旋转',
  },
  bias: { label: '偏置', help: '为查询、键和值加上可学偏置。', paper: 'GPT-2 开启，nanoGPT 训练时关闭' },
};
