// Chinese words for the fields that models, tasks and training declare; `*` holds for every owner.
import type { FieldWords } from '../fields.ts';
import { gau, transformer } from './attention.ts';
import { h3, hyena, s4 } from './convolution.ts';
import { taskFields } from './task-fields.ts';
import { zooFields } from './zoo-fields.ts';

type Words = Readonly<Record<string, FieldWords>>;

const stack: Words = {
  stack: {
    label: '网络',
    help: '循环周围的部分：按论文或其他已发表系统的块，或自己写的部件列表。',
    choices: { paper: '同论文', hgrn: 'HGRN、无矩阵乘', alone: '仅循环本身', own: '自己的部件列表' },
  },
  block: {
    label: '部件',
    help: '块的各行依次写出，例如 "conv, mixer, mlp" 或 "post mixer > gelu > glu"；"|" 分开交替的块。',
  },
  layers: { label: '层数', help: '上下叠放的块数。', paper: '选择性复制与语言为 3，形式语言为 2' },
  d: { label: '宽度', help: '块与块之间的通道数。', unit: '通道', paper: '选择性复制 64，形式语言 256，语言 384' },
  expansion: {
    label: '扩展倍数',
    help: '循环状态的宽度，以块宽度的倍数表示。',
    paper: '选择性复制 6，语言 2，形式语言 1',
  },
  bidirectional: {
    label: '双向',
    help: '另一个有自己权重的循环从序列末尾读起，两者的结果相加。用于整个序列只有一个答案的任务；不能用它写文本。',
  },
  norm: { label: '归一化', help: '作用于块的每一部分之前，逐位置进行。', choices: { none: '无' } },
  residual: { label: '残差', help: '把每一部分的输入加到它的输出上。', paper: '开启' },
  conv: { label: '卷积', help: '循环之前的一个短因果卷积。', paper: '除选择性复制外均开启' },
  convKernel: { label: '卷积长度', help: '卷积能看到的时间步数，含当前步。', unit: '步' },
  mlp: { label: 'MLP', help: '循环之后，对每个位置作用的两层网络。', paper: '语言与 Long Range Arena 开启' },
  mlpMultiplier: { label: 'MLP 宽度', help: 'MLP 内部宽度，以块宽度的倍数表示。', paper: '代码中为 2' },
  mlpKind: {
    label: 'MLP 类型',
    help: '普通 GELU，或用一半内部通道为另一半开门。',
    paper: '代码中为门控',
    choices: { gated: '门控（GEGLU）' },
  },
  dropout: {
    label: '随机失活',
    help: '训练时置零的通道比例，位置见下一项。',
    paper: '语言 0.2；选择性复制 0.1，但其代码中没有对应位置',
  },
  dropoutPlace: {
    label: '失活位置',
    help: '与论文代码一样只在 MLP 末尾，或在循环末尾也作用。',
    paper: '仅在 MLP 之后',
    choices: { blocks: '循环与 MLP 之后', mlp: '仅 MLP 之后' },
  },
  project: {
    label: '降维投影',
    help: '从状态回到块宽度的线性层。',
    paper: '总是',
    choices: { always: '总是', 'when-needed': '仅当宽度不同' },
  },
  learnedStart: { label: '可学初态', help: '学习第一步之前的状态，每通道一个值；否则为零。', paper: '代码中开启' },
  finalNorm: { label: '末端归一化', help: '在输出层之前再归一化一次。', paper: '开启' },
  headBias: { label: '输出偏置', help: '为输出层加上可学偏置。', paper: '关闭' },
};

const training: Words = {
  optimiser: {
    label: '优化器',
    help: '怎样由梯度得到权重的变化。',
    paper: 'AdamW（选择性复制：正文为 Adam，代码为 AdamW）',
    choices: { sgd: '带动量的 SGD' },
  },
  learningRate: {
    label: '学习率',
    help: '每步的大小；有学习率计划时指其最高值。',
    paper: '语言 1e-3，形式语言 3e-4；选择性复制：正文 1e-4，代码 3e-4',
  },
  batch: { label: '批大小', help: '每步的序列数。', unit: '序列', paper: '64；形式语言：正文 256，代码 128' },
  clip: {
    label: '梯度裁剪',
    help: '所有梯度的总范数超过此值时一起缩小；0 表示不裁剪。',
    paper: '选择性复制 1，语言 0.25',
  },
  weightDecay: {
    label: '权重衰减',
    help: '把权重拉向零；偏置、归一化和极简模型的门除外。',
    paper: '形式语言：代码 0.05，正文 0.01',
  },
  beta1: { label: 'Beta 1', help: '梯度滑动均值的记忆。' },
  beta2: { label: 'Beta 2', help: '梯度平方滑动均值的记忆。', paper: '0.999；语言未说明，nanoGPT 用 0.99' },
  epsilon: { label: 'Epsilon', help: '使 Adam 的除法保持有限。' },
  momentum: { label: '动量', help: '保留上一次变化的比例。' },
  schedule: {
    label: '学习率计划',
    help: '学习率在运行中如何变化。',
    paper: '代码中为常数；Long Range Arena 为余弦',
    choices: { constant: '常数', cosine: '余弦' },
  },
  warmup: {
    label: '预热',
    help: '学习率从接近零升起所用的步数。',
    unit: '步',
    paper: 'Long Range Arena 为步数的 10 %，其余无',
  },
  minimumLearningRate: { label: '最终学习率', help: '余弦计划结束时的值；不会高于学习率本身。' },
  accumulate: {
    label: '梯度累积',
    help: '一个批次分成几份依次计算：内存更少；除舍入外结果相同，随机失活也一样。',
    unit: '份',
    paper: '选择性复制 2',
  },
  evaluateEvery: {
    label: '评估间隔',
    help: '在留出数据上两次评估之间的步数。',
    unit: '步',
    paper: '语言 25，选择性复制 1,000',
  },
  evaluateAtStart: { label: '开始时评估', help: '也评估尚未训练的网络。' },
  patience: { label: '提前停止', help: '连续多少次评估未见更好的验证损失就停止；0 表示从不提前停止。', unit: '次评估' },
  checkpointEvery: { label: '检查点间隔', help: '两个可供继续运行的检查点之间的秒数。', unit: '秒' },
  logEvery: { label: '记录间隔', help: '训练损失、梯度范数与学习率两个记录点之间的步数。', unit: '步' },
};

const recurrent: Words = {
  bias: { label: '偏置', help: '与 torch 一样，在每个矩阵旁各加一个可学偏置。' },
  iterations: {
    label: '牛顿迭代次数',
    help: 'DEER 或 quasi-DEER 在最后一次之前重复的次数；0 = DEER 10 次，quasi-DEER 32 次。次数太少时，该步改由 fused 计算。',
  },
};

const inputBias = { label: '偏置', help: '为门和候选状态加上可学偏置。', paper: '开启' } as const;

const minimal: Words = {
  candidate: {
    label: '候选状态',
    help: 'g 使状态保持为正，对数空间形式需要它；恒等是普通线性候选。两者是不同的函数。',
    paper: '代码与附录 B 为 g，第 3 节公式为恒等',
    choices: { g: 'g（正状态）', identity: '恒等' },
  },
  bias: inputBias,
  normalised: {
    label: '门归一化',
    help: '两个门都除以它们的和，使状态的尺度不随长度变化。',
    paper: '附录 A 的代码中开启；发布的代码中是默认关闭的选项',
  },
  forgetBias: {
    label: '遗忘偏置',
    help: '加到遗忘门初始偏置上：越大，开始时记得越久。',
    paper: '选择性复制为 3；越大越快也越稳定（图 5）',
  },
};

const labelled: Words = {
  answer: {
    label: '回答',
    help: '在何处回答一个序列：由最后一步，或由所有步的平均。',
    choices: { last: '最后一步', pooled: '各步平均' },
  },
  heldOut: { label: '留出比例', help: '每个类别在文件末尾留作验证的比例。' },
  test: {
    label: '测试比例',
    help: '每个类别在文件最末尾、训练与验证都看不到的比例。只在运行结束时读一次；0 表示没有。',
  },
};

const columns = (label: string, help: string): Words[string] => ({
  label,
  help: `${help}名称以逗号分隔；留空表示按识别结果，- 表示没有。`,
});

const forecast: Words = {
  dataset: { label: '表格', help: '要学习的表格：程序绘制的，或自己的文件（.csv、.tsv、.parquet）。' },
  target: columns('预测目标', '要预测的列。'),
  inputs: columns('当前已知', '另外读入的列，其值只知道到现在为止。'),
  ahead: columns('提前已知', '事先就知道的列，例如日历。'),
  time: columns('时间', '决定行的顺序的列。'),
  series: columns('序列', '以其值区分多个序列的列。'),
  horizon: { label: '预测长度', help: '要预测的行数。', unit: '行' },
  lookback: { label: '窗口', help: '每次预测之前读入的行数。', unit: '行' },
  answer: {
    label: '回答',
    help: '训练时在窗口的每一行之后都要求预测，还是只在末尾。留出数据总在末尾要求预测。',
    choices: { each: '每一行之后', last: '末尾' },
  },
  season: { label: '周期', help: '数值重复出现的行数，用于与上一周期比较；0 表示没有。', unit: '行' },
  scale: {
    label: '缩放',
    help: '每列的数值按训练部分的均值与标准差缩放，或按原样读入。',
    choices: { train: '按训练部分', none: '按原样' },
  },
  heldOut: { label: '留出比例', help: '留作验证的行所占比例，取最晚的行。' },
  test: { label: '测试比例', help: '最末尾的行所占比例，训练与验证都看不到。只在运行结束时读一次；0 表示没有。' },
  evalSequences: { label: '留出样本数', help: '每次评估使用的留出窗口数，均匀分布。', unit: '序列' },
};

const anyTask: Words = {
  evalSequences: { label: '留出样本数', help: '每次评估使用的固定样本数。', unit: '序列' },
  trainLength: { label: '训练长度至多', help: '训练题目的长度从 1 到此值抽取；每批一个长度。', unit: '符号' },
  evalMinimum: { label: '测试长度自', help: '留出题目的最小长度。', unit: '符号' },
  disjoint: {
    label: '互不重叠',
    help: '没有题目同时属于两个集合：按符号的散列值，四分之一的题目不用于训练。关闭时，较短的留出题目也会在训练中出现。',
    paper: '关（官方代码）',
  },
  evalMaximum: { label: '测试长度至', help: '留出题目的最大长度；比训练时更长，因此必须学到规则。', unit: '符号' },
};

export const zhFields: Readonly<Record<string, Words>> = {
  stack,
  training,
  minGru: minimal,
  minLstm: minimal,
  gru: recurrent,
  lstm: recurrent,
  elman: {
    ...recurrent,
    activation: {
      label: '激活函数',
      help: '新状态所经过的函数。除 tanh 外都逐步计算，实现为 loop；没有激活函数时，递归对其状态是线性的。',
      choices: { tanh: 'tanh', relu: 'ReLU', sigmoid: 'sigmoid', none: '无' },
    },
  },
  qrnn: {
    bias: inputBias,
    window: {
      label: '窗口',
      help: '门和候选状态读取的输入：仅当前输入，或还包括前一个输入。',
      choices: { one: '当前输入', two: '当前与前一个输入' },
      paper: '多数实验中为 2',
    },
  },
  hgrn: {},
  ...zooFields,
  transformer,
  hyena,
  s4,
  h3,
  gau,
  'char-text-v1': {
    dataset: { label: '文本', help: '要学习的文本：随程序附带的书、目录中的条目，或自己的文本文件。' },
    length: { label: '上下文长度', help: '一个训练序列中的符号数。', unit: '符号', paper: '未说明；nanoGPT 用 256' },
    unit: {
      label: '符号',
      help: '文本的字符、其 UTF-8 字节（至多 256 种，适用于任何文字），或其中出现的 GPT-2 词元。每字节比特可比较三者。',
      choices: { characters: '字符', bytes: '字节', tokens: '词元（GPT-2）' },
    },
    heldOut: { label: '留出比例', help: '文本末尾留作验证的比例。' },
    test: { label: '测试比例', help: '文本最末尾、训练与验证都看不到的比例。只在运行结束时读一次；0 表示没有。' },
    split: {
      label: '划分取整',
      help: '训练部分的符号数如何取整：与 nanoGPT 一样向下（tiny Shakespeare：1,003,854），或如本程序最初那样取最近整数。',
      choices: { down: '向下，同 nanoGPT', nearest: '取最近' },
    },
  },
  'selective-copy-v1': {
    length: { label: '序列长度', help: '数据符号散布其间的位置数。', unit: '符号' },
    memorise: { label: '要复制的符号数', help: '每个序列中的数据符号数，最后按顺序写出。' },
    vocabulary: { label: '词表大小', help: '符号种类数，含空白与标记。' },
    generator: {
      label: '生成器',
      help: '官方 minRNN 生成器，或 S4 与 Mamba 代码的生成器：编号不同，且多出 M 个位置。',
    },
  },
  'adding-v1': { length: { label: '序列长度', help: '每个序列中的数对数；被标记的两个可以相距这么远。', unit: '步' } },
  'two-species-v1': {
    data: {
      label: '数据',
      help: '用于拟合的那一组观测数据，或由随机初始数量得到的序列。',
      choices: { drawn: '随机初始数量', observed: '观测序列' },
      paper: '观测序列',
    },
    unit: {
      label: '每单位的个体数',
      help: '数量以这么多个体为单位读入与回答。取 100 时接近 1，适合网络；自然常数对应 1。',
      paper: '1',
    },
  },
  'adding-order-v1': {
    length: { label: '序列长度', help: '每个序列中的数对数；被标记的两个可以相距这么远。', unit: '步' },
  },
  'series-classes-v1': {
    dataset: {
      label: '序列',
      help: '要学习的序列：程序绘制的波形，或自己的文件（UCR .tsv 或 .ts、.jsonl、.npy）。',
    },
    ...labelled,
  },
  'image-classes-v1': {
    dataset: { label: '图像', help: '要学习的图像：程序绘制的轮廓，或自己的文件（MNIST 的 IDX、.npy）。' },
    steps: {
      label: '读入方式',
      help: '每一步读入图像的一行，或一个点；打乱：所有图像的点按同一个固定的随机次序读入。',
      choices: { rows: '逐行', pixels: '逐点', shuffled: '逐点，打乱' },
    },
    ...labelled,
  },
  'forecast-v1': forecast,
  ...taskFields,
  '*': anyTask,
};
