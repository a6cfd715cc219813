// Chinese words for models, their implementations, tasks and presets of the catalogue. What is missing here is shown in English.
import { countRuns, leastValue } from '../../../engine/spec/grid-size.ts';
import type { ExperimentSpec } from '../../../engine/spec/run-spec.ts';
import type { CatalogueWords } from '../fields.ts';
import { zhFields } from './fields.ts';

/** A number in a sentence is that of the experiment. */
const taskNumber = ({ task }: ExperimentSpec, field: string): string => String(task.fields?.[field]);

const counts = ['零', '一', '两', '三', '四', '五', '六', '七', '八', '九', '十'];
/** Before a measure word. */
const inWords = (count: number): string => counts[count] ?? ` ${count} `;

const minimalImplementations = {
  fused: '一次投影，门与循环合在一个内核中；反向时重新计算门。',
  scan: '门用逐元素运算，然后一次线性扫描。',
  'log-scan': '论文的对数空间形式：累积和与累积 log-sum-exp。需要候选状态 g。',
  loop: '论文的对照：每个时间步一组运算。',
};
const gatedImplementations = {
  fused: minimalImplementations.fused,
  scan: minimalImplementations.scan,
  loop: '易读的定义：每个时间步一组运算。',
};
const fusedAndLoop = { fused: gatedImplementations.fused, loop: gatedImplementations.loop };
const matrixImplementations = {
  fused: '一个内核，每次处理 16 个时间步，用小矩阵的乘积计算；不存储任何单步的状态。',
  scan: '对状态的全部数做一次线性扫描，每一步都存储：基本运算，占用内存大。',
  loop: gatedImplementations.loop,
};
const fixedImplementations = {
  scan: '一次投影，一次各步衰减相同的扫描，一次读出。',
  loop: gatedImplementations.loop,
};
const classicImplementations = {
  fused: '先投影全部输入，再用一个内含时间循环的内核。',
  loop: '每个时间步一组运算，即论文所比较的对照。',
};
const newtonImplementations = {
  deer: '用牛顿法同时求所有步，共 10 次，每步一个“状态 × 状态”的矩阵：状态至多 64 个数。未收敛的步由 fused 计算。',
  'quasi-deer': '同上，但用这些矩阵的对角线，共 32 次，最后一次用完整矩阵：单个数的扫描。未收敛的步由 fused 计算。',
};

export const zhCatalogue: CatalogueWords = {
  fields: zhFields,
  models: {
    minGru: {
      summary: '门只读取输入的 GRU，因此所有时间步可用扫描一次算出。',
      implementations: minimalImplementations,
    },
    minLstm: {
      summary: '没有单元状态、门只读取输入的 LSTM，因此所有时间步可用扫描一次算出。',
      implementations: minimalImplementations,
    },
    gru: {
      summary: '两个门，读取输入与过去的状态：单步能力强，但天生逐步进行。',
      implementations: { ...classicImplementations, ...newtonImplementations },
    },
    lstm: {
      summary: '三个门和单独的单元状态：长记忆的经典做法，天生逐步进行。',
      implementations: {
        ...classicImplementations,
        ...newtonImplementations,
        vendor: 'TensorFlow 自带的整层内核（BlockLSTMV2）。需要设备 tensorflow 和 tfjs-node。',
      },
    },
    qrnn: {
      summary: '门读取当前与前一个输入，从不读取状态；输出门读取单元。',
      implementations: gatedImplementations,
    },
    hgrn: {
      summary: '遗忘门高于一个可学的下界，下界逐层增大：低层看近处，高层看远处。',
      implementations: gatedImplementations,
    },
    gilr: {
      summary: '一个门混合旧状态与新内容，两者都只读取输入：2018 年的带激活函数的 minGRU。',
      implementations: gatedImplementations,
    },
    sru: {
      summary: '遗忘门可逐通道查看自己的单元，另一个门让输入从旁边通过。',
      implementations: fusedAndLoop,
    },
    rgLru: {
      summary: '一个门决定每个通道遗忘的快慢；输入按比例缩放，使状态保持其大小。',
      implementations: gatedImplementations,
    },
    lru: { summary: '不断旋转并衰减的复数，各有自己的速率，与输入无关。', implementations: fixedImplementations },
    slru: { summary: '用实数的 LRU：每个数以自己的速率衰减，与输入无关。', implementations: fixedImplementations },
    rwkv4: {
      summary: '至今所有值的平均，按键加权；每个通道的权重以固定速率衰减，最后经过一个门。',
      implementations: fusedAndLoop,
    },
    aaren: {
      summary: '查询是学到的参数而不读取输入的注意力：一个从不遗忘的滑动平均。',
      implementations: fusedAndLoop,
    },
    hgrnComplex: {
      summary: '论文中的 HGRN：状态为复数，每步按学到的角度旋转，每个通道一个角度。',
      implementations: gatedImplementations,
    },
    slstm: {
      summary: '输入门为指数的 LSTM：其单元是加权平均，能够修正已存的内容。',
      implementations: classicImplementations,
    },
    ode: {
      summary: '用欧拉法或龙格-库塔法逐步求解的微分方程；门就是步长。',
      implementations: {
        fused: '所有步在一个内核中：松弛方程为一次扫描；以门为时钟的欧拉网络用重置门常开的 GRU 内核。',
        loop: '易读的定义，适用于所有方程、方法与时钟：方法的每一步一组运算。',
      },
    },
    gau: {
      summary: '单头注意力，其结果由一个门放行：用一层代替注意力与 MLP。',
      implementations: {
        fused: '一个内核逐块处理键；不存储任何“长度 × 长度”大小的数据。',
        loop: '易读的定义：每个时间步一组运算，使用可容纳最长序列的缓存。',
      },
    },
    transformer: {
      summary: '每个位置读取它之前的所有位置，并用 softmax 加权；状态是键与值的缓存，随文本增长。',
      implementations: {
        fused: '一个内核逐块处理键，保存当前的最大值与和；不存储任何“长度 × 长度”大小的数据。',
        loop: '易读的定义：每个时间步一组运算，使用可容纳最长序列的缓存。',
      },
    },
    mlgru: {
      summary: '矩阵只含 -1、0 和 1（同一比例）的 HGRN，因此乘积就是求和。',
      implementations: gatedImplementations,
    },
    s4d: {
      summary: '每个通道由一组以固定速率旋转并衰减的模态来滤波：矩阵为对角的状态空间。',
      implementations: {
        conv: '一个通道的所有模态合起来是一个滤波器，用快速变换计算；从某个状态继续的序列则用扫描。',
        fused: '一个内核把通道的各模态保存在寄存器中；反向时逐块重新计算。',
        ...fixedImplementations,
      },
    },
    s5: {
      summary: '两个矩阵之间的一个对角状态空间，由所有通道共用；每个状态有自己的时间步长。',
      implementations: fixedImplementations,
    },
    s6: {
      summary: '会选择的状态空间：每一步由输入决定每个通道遗忘多快、吸收什么、读出什么。',
      implementations: gatedImplementations,
    },
    hyena: {
      summary: '门与跟文本一样长的滤波器交替；一个小网络由位置计算滤波器。状态是至今的全部输入。',
      implementations: {
        conv: '整个长度的滤波器，用快速变换计算。',
        loop: '易读的定义：每个时间步把滤波器与至今的全部输入相乘。',
      },
    },
    linearAttention: {
      summary: '没有 softmax 的注意力：键把值写进一张大小固定的表，什么也不遗忘。',
      implementations: matrixImplementations,
    },
    retention: {
      summary: '键把值写进每个头的一张表，表以固定速率衰减；键和查询随位置旋转。',
      implementations: matrixImplementations,
    },
    gla: {
      summary: '带遗忘门的线性注意力：由输入决定每个键在表中的那一行保留多少。',
      implementations: matrixImplementations,
    },
    hgrn2: {
      summary: '数变成了表中各行的 HGRN：门没有保留的那部分，就重新写入。',
      implementations: matrixImplementations,
    },
    mLstm: {
      summary: '单元是一张键值表的 LSTM；输入门为指数，各门只读取输入。',
      implementations: matrixImplementations,
    },
    s4: {
      summary:
        '每个通道由一个把过去记成多项式的状态空间（HiPPO）滤波：不断旋转并衰减的模态，和一个把它们耦合起来的数。',
      implementations: {
        conv: '由对角部分的各滤波器得到整个系统的滤波器，用快速变换计算。',
        loop: gatedImplementations.loop,
      },
    },
    h3: {
      summary: '一个只看前几步的状态空间给出键，另一个记住键与值的乘积，由查询读取：没有增长的缓存的注意力。',
      implementations: {
        conv: '两个状态空间都作为滤波器，第二个用快速变换计算。',
        scan: '第二个状态空间对其模态作扫描。',
        loop: gatedImplementations.loop,
      },
    },
    elman: {
      summary: '一个矩阵和一个 tanh：普通循环网络，忘得快。',
      implementations: { ...classicImplementations, ...newtonImplementations },
    },
  },
  tasks: {
    'char-text-v1': { title: '逐字符文本', summary: '预测文本的下一个字符；学习过程中可阅读样文。' },
    'selective-copy-v1': { title: '选择性复制', summary: '记住散布在空白之间的数据符号，最后按顺序写出。' },
    'copying-v1': { title: '延迟后复制', summary: '读入若干符号，经过一长段空白，再把它们写出。' },
    'induction-heads-v1': {
      title: '归纳头',
      summary: '特殊符号再次出现时，说出它上次之后的符号；可用比训练更长的序列测试。',
    },
    'associative-recall-v1': { title: '联想回忆', summary: '读入键及其值，再说出其中一个键的值。' },
    'mqar-v1': { title: '多查询回忆（MQAR）', summary: '记住键与值的配对，在每个键再次出现时说出它的值。' },
    'needle-v1': { title: '文中寻针', summary: '在一段长文中找到含编码的句子，并在被问到时说出编码。' },
    'listops-v1': { title: 'ListOps（LRA）', summary: '求由数字的最小值、最大值、中位数与和嵌套而成的列表的值。' },
    'parity-check-v1': { title: '奇偶', summary: '说出到此为止 1 的个数是否为奇数；用短串训练，用长串测试。' },
    'even-pairs-v1': { title: '偶数对', summary: '相邻两位不同之处的个数模二；用短串训练，用长串测试。' },
    'cycle-nav-v1': { title: '环上行走', summary: '在五格的环上后退、停留、前进，说出终点；用短串训练，用长串测试。' },
    'bucket-sort-v1': { title: '桶排序', summary: '读入数字，再按升序写出；用短表训练，用长表测试。' },
    'majority-v1': { title: '多数', summary: '说出 63 种符号中最常见的一种；用短表训练，用长表测试。' },
    'majority-count-v1': { title: '多数计数', summary: '说出 63 种符号中最常见者出现几次；用短表训练，用长表测试。' },
    'missing-duplicate-v1': { title: '缺失的重复', summary: '一个列表被重复但提前停止：说出缺少的符号。' },
    'series-classes-v1': {
      title: '带标签的序列',
      summary: '判断一个数值序列属于哪一类；可用自己的表格，或程序绘制的波形。',
    },
    'image-classes-v1': {
      title: '作为序列的图像',
      summary: '逐行或逐点读入图像，说出图中是什么（序列 MNIST）。',
    },
    'forecast-v1': {
      title: '预测',
      summary: '读入表格最近的行，预测接下来的行；可用自己的 CSV 或 Parquet，或程序绘制的逐小时数据。',
    },
    'two-species-v1': {
      title: '两个物种',
      summary: '由两个竞争物种第一天的数量，给出之后六天的数量。',
    },
    'adding-order-v1': {
      title: '求和与比较',
      summary: '给出两个被标记的数的和，并说出哪一个更大：两个答案，各有一个输出头。',
    },
    'adding-v1': { title: '加法问题', summary: '在许多数中记住两个被标记的数，最后给出它们的和。' },
  },
  datasets: {
    'moby-dick': '《白鲸》（Herman Melville，1851）',
    'drawn-waves': '三种形状的波形',
    'drawn-shapes': '噪声中的轮廓',
    'drawn-demand': '逐小时热负荷',
    'tiny-shakespeare': '小莎士比亚（char-rnn）',
  },
  licences: { 'public domain': '公有领域', 'drawn by the program': '由本程序绘制' },
  presets: {
    'selective-copy': {
      title: () => 'minGRU 对 GRU',
      sentence: (spec) =>
        `各模型都要从 ${taskNumber(spec, 'length')} 个位置中挑出 ${taskNumber(spec, 'memorise')} 个符号并按顺序写出。看谁先做到。`,
    },
    text: {
      title: (spec) => `${inWords(countRuns(spec).variants)}个模型读《白鲸》`,
      sentence: () => '从 minGRU 到普通 RNN，都逐字母学习同样的书页。看看各自会写出什么。',
    },
    implementations: {
      title: () => '循环对扫描',
      sentence: (spec) =>
        `同一个 minGRU、同样的权重，用${inWords(countRuns(spec).variants)}种方式计算：按步数看曲线相同，按时间看大不一样。`,
    },
    layers: {
      title: () => '深度带回时间',
      sentence: (spec) =>
        `minGRU 的门不看过去。${inWords(leastValue(spec, 'layers') ?? 1)}层做不到选择性复制，更多层可以。`,
    },
    parity: {
      title: () => '1 的个数是偶数吗？',
      sentence: () => '此任务需要一个会翻转的状态：它区分门能看到自身状态的模型与看不到的模型。',
    },
  },
};
