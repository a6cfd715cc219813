// Chinese words for the fields of models that filter over the whole length.
import type { FieldWords } from '../fields.ts';

type Words = Readonly<Record<string, FieldWords>>;

export const hyena: Words = {
  order: { label: '阶数', help: '与门相乘的次数：长滤波器比它少一个。', paper: '2；部分实验中为 3' },
  filterWidth: { label: '滤波网络宽度', help: '由位置计算滤波器的小网络的宽度。', paper: '64' },
  filterLayers: { label: '滤波网络层数', help: '该网络首层与末层之间的层数。', paper: '2' },
  bands: {
    label: '频率数',
    help: '除位置本身外，它还读取的位置的正弦与余弦。',
    paper: '回忆任务为 2，语言为 16',
  },
  frequency: {
    label: '正弦的频率',
    help: '其正弦的自变量最初乘以此数：越大，滤波器越粗糙。该数可学。',
    paper: '回忆任务为 10，语言为 14；其代码未指定时为 1',
  },
  window: {
    label: '衰减窗口',
    help: '滤波器乘以一个衰减的窗口，各通道的快慢不同。',
    paper: '开启；其发布的语言模型中关闭',
  },
  windowShift: { label: '窗口下限', help: '加在窗口上，使远处的位置不至消失。', paper: '0' },
  learnFeatures: {
    label: '可学位置',
    help: '训练中改变位置的正弦与余弦，学习率至多 0.00001。',
    paper: '回忆任务关闭，语言开启',
  },
};

const steps: Words = {
  stepLow: {
    label: '最短时间步长',
    help: '时间步长最初在最短与最长之间按对数均匀分布：系统看到的过去约为 1 / 步长。',
    paper: '0.001；Path-X 用 0.0001',
  },
  stepHigh: {
    label: '最长时间步长',
    help: '时间步长最初在最短与最长之间按对数均匀分布：系统看到的过去约为 1 / 步长。',
    paper: '0.1',
  },
};
const modes = (of: string) => ({
  label: '模态数',
  help: `每个${of}的复数状态个数，每对共轭只存一个。`,
  paper: '32：即大小为 64 的状态',
});

export const s4: Words = { modes: modes('通道'), ...steps };

export const h3: Words = {
  head: {
    label: '头的宽度',
    help: '彼此相乘的通道数；其中每一对有一个状态。',
    paper: '1；其较大的语言模型中为 8',
  },
  shift: { label: '移位的输入', help: '第一个状态空间所见的最近的键的个数。', paper: '64' },
  modes: modes('通道对'),
  rule: {
    label: '离散化',
    help: '连续系统的一步怎样计算：输入保持不变时的精确值（ZOH），或梯形法（双线性）。',
    choices: { zoh: '零阶保持', bilinear: '双线性' },
    paper: '双线性',
  },
  ...steps,
};
