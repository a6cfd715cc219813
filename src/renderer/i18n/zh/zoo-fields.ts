// Chinese words for the fields of the zoo's models (docs/user/zoo.md).
import type { FieldWords } from '../fields.ts';

type Words = Readonly<Record<string, FieldWords>>;

const heads = { label: '头数' } as const;

const ring: Words = {
  low: { label: '最小衰减', help: '衰减的大小最初均匀分布在一个圆环上，由此开始。', paper: '0；其多数实验中为 0.9' },
  high: { label: '最大衰减', help: '该圆环的外缘：越接近 1，开始时记得越久。', paper: '1；其多数实验中为 0.999' },
};

export const zooFields: Readonly<Record<string, Words>> = {
  gilr: {
    activation: {
      label: '激活函数',
      help: '作用于新内容。若没有，GILR 就是 minGRU。',
      choices: { tanh: 'tanh', elu: 'ELU' },
      paper: '在其 LSTM 内为 tanh；其代码中单独使用的层为 ELU',
    },
    forgetBias: { label: '遗忘偏置', help: '门的初始偏置：越大，开始时记得越久。', paper: '其代码中为 5' },
  },
  sru: {
    peephole: {
      label: '窥视孔',
      help: '门也读取上一步的单元，各通道读自己的：对单元不再是线性的。',
      paper: '第二版开启，第一版关闭',
    },
    scale: {
      label: '输入缩放',
      help: '从单元旁边通过的输入的缩放，仅当两者宽度相同。',
      paper: '1；其代码的 rescale 选项开启时为根号 3',
    },
  },
  rgLru: {
    heads: {
      ...heads,
      help: '每个头的门只读取该头的通道：它们的矩阵是分块对角的。',
      paper: '每块 256 个通道：宽度 2,560 时为 10 头',
    },
  },
  lru: {
    ...ring,
    phase: {
      label: '最大相位',
      help: '状态每步旋转的角度最初均匀分布在 0 到此值之间（弧度）。',
      paper: '6.28；长序列用其十分之一或百分之一',
    },
  },
  slru: {
    low: { ...ring.low, paper: '0.9' },
    high: { ...ring.high, paper: '0.999' },
    bias: { label: '偏置', help: '为状态的输入和结果加上可学偏置。', paper: '其语言模型中关闭' },
  },
  rwkv4: {
    shift: {
      label: '时间移位',
      help: '键、值和门读取当前与前一个输入的可学混合。',
      paper: '开启；kexue.fm/archives/9554 的比较中关闭',
    },
  },
  aaren: { heads: { ...heads, help: '每个头用自己的查询为各位置加权。' } },
  hgrnComplex: {},
  mlgru: {
    ternary: {
      label: '三值权重',
      help: '把权重取整为 -1、0 和 1，输入取整为 8 位；梯度直接传给背后的完整数值。',
      paper: '开启',
    },
    form: {
      label: '形式',
      help: '发布的代码在遗忘门下有下界，输出门也与公式不同。',
      choices: { code: '发布的代码', paper: '论文的公式' },
      paper: '两种形式：其公式与其代码',
    },
  },
};
