// Chinese words for what is said about tasks that generate their data. The key is the English pattern.

export const taskWords = {
  'Sequence length must be even, got {0}.': '序列长度必须为偶数，得到 {0}。',
  'Pairs: {0}, shown {1} times and asked for once, need a sequence of {2} tokens, got {3}.':
    '配对数：{0} 个配对展示 {1} 遍并各问一次，需要 {2} 个词元的序列，得到 {3}。',
  'Vocabulary must be at least {0} for {1} tokens and {2} keys, got {3}.':
    '序列为 {1} 个词元、键为 {2} 个时，词表大小至少为 {0}，得到 {3}。',
  'Tokens to copy must be at most {0} in sequences of {1} tokens, got {2}.':
    '序列为 {1} 个词元时，要复制的词元数最多为 {0}，得到 {2}。',
  'Sequence length must hold a pair of {0} tokens, got {1}.': '序列长度必须容得下一个 {0} 词元的配对，得到 {1}。',
  'Tokens of a key must make at most {0} keys, got {1}.': '键的词元数最多组成 {0} 个键，得到 {1}。',
  'Sequence length must be at least {0} for {1} needles and the question, got {2}.':
    '有 {1} 根针和提问时，序列长度至少为 {0}，得到 {2}。',
  'Shorter than must be at least {0}, two more than the other bound, got {1}.':
    '“短于”至少为 {0}，即比另一界限多二，得到 {1}。',
  'Expressions longer than {0} and shorter than {1} tokens must come up, got hardly any of depth {2} with up to {3} parts.':
    '必须有长于 {0} 且短于 {1} 个词元的表达式；深度为 {2}、至多 {3} 个部分时几乎没有。',
  'Choose shorter expressions.': '请选更短的表达式。',
};
