// Chinese words for the fields of the zoo's models (docs/user/zoo.md).
import type { FieldWords } from '../fields.ts';

type Words = Readonly<Record<string, FieldWords>>;

const heads = { label: '头数' } as const;

/** Of heads that share the width of the state. */
const share = '每头的宽度是其份额，向上取整。';

const ring: Words = {
  low: { label: '最小衰减', help: '衰减的大小最初均匀分布在一个圆环上，由此开始。', paper: '0；其多数实验中为 0.9' },
  high: { label: '最大衰减', help: '该圆环的外缘：越接近 1，开始时记得越久。', paper: '1；其多数实验中为 0.999' },
};

const system: Words = {
  rule: {
    label: '离散化',
    help: '连续系统的一步如何计算：对保持不变的输入精确计算（零阶保持），或用梯形法则（双线性）。',
    choices: { zoh: '零阶保持', bilinear: '双线性' },
    paper: '零阶保持；S4 与 H3 为双线性',
  },
  stepLow: {
    label: '最短时间步长',
    help: '时间步长最初在最短与最长之间按对数均匀分布：系统能看到的过去约为 1 / 步长。',
    paper: '0.001；Path-X 为 0.0001',
  },
  stepHigh: {
    label: '最长时间步长',
    help: '时间步长最初在最短与最长之间按对数均匀分布：系统能看到的过去约为 1 / 步长。',
    paper: '0.1',
  },
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
  slstm: {
    heads: { ...heads, help: '每个头只读取输入与上一结果中自己的通道：矩阵是分块对角的。', paper: '4' },
    kernel: {
      label: '卷积长度',
      help: '输入门与遗忘门通过卷积读取的输入步数，包括当前步。',
      unit: '步',
      paper: '4',
    },
  },
  ode: {
    flow: {
      label: '方程',
      help: '什么改变状态：读取状态的网络、向输入所给的值靠拢，或以权重为常数的竞争物种。',
      choices: {
        network: '网络：tanh(W x + U h) − h',
        relaxation: '松弛：W x − h',
        species: '竞争物种',
      },
    },
    method: {
      label: '方法',
      help: '一、二或四阶：固定时间内的误差随步长、其平方或其四次方减小。欧拉法就是多数循环网络的形式。',
      choices: { euler: '欧拉', midpoint: '中点（龙格-库塔 2）', rk4: '龙格-库塔 4' },
    },
    clock: {
      label: '时钟',
      help: '每个位置经过的时间：0 到 1 之间的门、由输入决定的任意时间、每个通道学一个，或 1。',
      choices: { gate: '门：1 − exp(−Δt)', time: '由输入读出的时间', learned: '学到的，每个通道一个' },
    },
    substeps: {
      label: '每个位置的步数',
      help: '把一个位置的时间分成这么多步：时间为 1 时，一步为它的倒数。',
      unit: '步',
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
  s4d: {
    ...system,
    modes: { label: '模态数', help: '每个通道的复数状态个数，每对共轭只存一个。', paper: '32：即大小为 64 的状态' },
    start: {
      label: '频率',
      help: '通道各模态最初的位置：等距（Lin）、反比规律（Inv）、HiPPO-LegS 的频率，或在实轴上（Real）并一直留在那里。',
      choices: { lin: 'S4D-Lin', inv: 'S4D-Inv', legs: 'S4D-LegS', real: 'S4D-Real' },
      paper: '四种都有比较；其简短代码用 S4D-Lin',
    },
    learnsIn: {
      label: '可学输入',
      help: '各模态的输入权重（B）也学习；关闭时为 1。',
      paper: '完整代码中开启，简短代码中关闭',
    },
  },
  s6: {
    stepLow: system['stepLow'] ?? {},
    stepHigh: system['stepHigh'] ?? {},
    modes: { label: '每通道状态数', help: '每个通道的状态个数，各以自己的速率乘以步长而衰减。', paper: '16' },
    rank: {
      label: '步长的秩',
      help: '所有通道的步长由这么多个数得出；0 = 状态宽度的 1/32，向上取整。',
      paper: '块宽度的 1/16，即状态宽度一半的 1/16',
    },
  },
  s5: {
    ...system,
    blocks: {
      label: '块数',
      help: '状态最初具有 HiPPO-LegS 的频率，分成这么多个相同的小块。',
      paper: '多数实验中为 8',
    },
  },
  linearAttention: { heads: { ...heads, help: `多张表并列，各有自己的键和值。${share}`, paper: '8' } },
  retention: { heads: { ...heads, help: `多张表并列，各有自己的衰减。${share}`, paper: '每头键宽 256' } },
  gla: {
    heads: { ...heads, help: `多张表并列，各有自己的键和值。${share}`, paper: '4' },
    keys: { label: '键的宽度', help: '键和查询的总宽度，为状态宽度的这一比例。', paper: '0.5' },
    rank: { label: '衰减的秩', help: '所有键的衰减都通过这么多个数从输入读出。', paper: '16' },
  },
  hgrn2: {
    heads: { ...heads, help: `多张表并列：每个遗忘门保留与一个头等宽的一行。${share}`, paper: '每头宽 128' },
    query: {
      label: '查询的激活函数',
      help: '查询代替了输出门。',
      choices: { silu: 'silu', sigmoid: 'sigmoid' },
      paper: '其语言模型中为 silu，用于其他数据的层中为 sigmoid',
    },
  },
  mLstm: { heads: { ...heads, help: `多张表并列，各有输入门和遗忘门。${share}`, paper: '4' } },
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
