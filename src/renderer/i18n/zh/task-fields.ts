// Chinese words for the fields of tasks that generate their data: recall, copying, needle, ListOps.
import type { FieldWords } from '../fields.ts';

type Words = Readonly<Record<string, FieldWords>>;

const testLength = {
  label: '测试长度',
  help: '留出序列的长度；比训练时更长，就能看出是否学到了规则。0 = 与训练相同。',
  unit: '符号',
};
const everywhere = {
  label: '学习每个词元',
  help: '训练时像 H3 的代码那样在每个位置都要求下一个词元；关闭时只要求答案。留出序列总是只要求答案。',
};

export const taskFields: Readonly<Record<string, Words>> = {
  'copying-v1': {
    delay: { label: '延迟', help: '符号与标记之间的空白数。', unit: '符号', paper: '100（S4 代码）' },
    memorise: { label: '要复制的符号数', help: '开头的符号数，最后要写出它们。', paper: '10（S4 代码）' },
    vocabulary: { label: '词表大小', help: '符号种类数，含空白与标记。', paper: '10（S4 代码）' },
    order: {
      label: '次序',
      help: '按出现的次序写出，或最后一个先写。',
      choices: { same: '按出现次序', reversed: '最后一个在先' },
    },
  },
  'induction-heads-v1': {
    length: { label: '序列长度', help: '特殊符号再次出现之前的随机词元数。', unit: '词元', paper: '256（Mamba）' },
    testLength: { ...testLength, paper: '64 至 1,048,576（Mamba）' },
    vocabulary: { label: '词表大小', help: '词元种类数，含特殊符号和一个不用的。', paper: '16（Mamba）' },
    copied: { label: '要复制的词元数', help: '特殊符号之后要回答多少个词元。' },
    occurrences: {
      label: '先前出现次数',
      help: '在一半序列中，特殊符号在末尾之前出现的次数，其后的词元相同；另一半只出现一次。',
    },
    everywhere,
  },
  'associative-recall-v1': {
    length: { label: '序列长度', help: '提问之前键与值的词元数。', unit: '词元' },
    testLength,
    vocabulary: { label: '词表大小', help: '词元种类数：键、值、提问标记和一个不用的。' },
    keyTokens: { label: '键的词元数', help: '多少个词元组成一个键。' },
    everywhere,
  },
  'mqar-v1': {
    length: {
      label: '序列长度',
      help: '序列的词元数：先是配对，然后是键再次出现的部分。须为偶数。',
      unit: '词元',
      paper: '64 至 256（Zoology，图 2）',
    },
    pairs: { label: '配对数', help: '键的个数，各有一个值；每个键被问一次。', paper: '4 至 16（Zoology，图 2）' },
    vocabulary: { label: '词表大小', help: '词元种类数：一半是键，另一半是值。须大于序列长度。' },
    filler: {
      label: '查询之间',
      help: '查询之间是什么：总是词元 0，或任意词元。',
      choices: { blank: '空白', random: '任意词元' },
      paper: '空白（图 2）；其代码默认为任意词元',
    },
    passes: { label: '遍数', help: '查询之前，所有配对展示多少遍。' },
    power: {
      label: '间隔的幂',
      help: '查询之前间隔的份额：(g + 1) 的 a - 1 次幂。1 = 各间隔等可能；越小则短间隔越多。',
    },
  },
  'needle-v1': {
    length: { label: '序列长度', help: '整段文字的字母数，含提问。', unit: '字母' },
    testLength: { ...testLength, unit: '字母' },
    needles: { label: '针数', help: '含编码的句子数，名字各不相同；只问其中一个。' },
    digits: { label: '位数', help: '编码的位数。' },
  },
  'listops-v1': {
    longerThan: { label: '长于', help: '只取词元数多于此值的表达式。', unit: '词元' },
    shorterThan: { label: '短于', help: '只取词元数少于此值的表达式；这也是序列的长度。', unit: '词元' },
    depth: { label: '深度', help: '表达式的最大深度；单独一个数字的深度为 1。' },
    arguments: { label: '运算的部分数', help: '一个运算有两个到这么多个部分。' },
    answer: {
      label: '回答',
      help: '在何处回答一个序列：从最后一步，或从所有步的平均。',
      choices: { last: '最后一步', pooled: '各步平均' },
      paper: '各步平均（Long Range Arena）',
    },
    trainingSequences: { label: '训练序列数', help: '用于学习的不同表达式数；0 = 每个都是新的。', unit: '序列' },
  },
};
