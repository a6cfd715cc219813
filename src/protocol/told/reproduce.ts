// Chinese words of reproductions: claims, settings, verdicts.

const presetWords: Readonly<Record<string, string>> = {
  'Table 1': '表 1',
  'Table 2': '表 2',
  'Table 4': '表 4',
  'Figure 2': '图 2',
  'Figure 5': '图 5',
  'LRU, language': 'LRU 语言模型',
  'Selective copying: accuracy against the number of layers': '选择性复制：准确率随层数的变化',
  'Selective copying: gates against layers that do not see what they filter':
    '选择性复制：门控层与不看内容的滤波层的比较',
  'Language: loss on a text by characters': '语言：按字符建模的损失',
  'Formal tasks on longer strings than in training': '形式语言任务：比训练时更长的串',
  "The starting bias of minLSTM's forget gate": 'minLSTM 遗忘门的初始偏置',
  'Attention against recurrences at two lengths': '两种长度下注意力与递归的比较',
  'A gate that sees only the present symbol cannot select by what came before: one layer is not enough, each further layer helps, and three nearly solve the task.':
    '只看当前符号的门无法依据之前的内容来选择：一层不够，每多一层都有帮助，三层几乎解决任务。',
  'Layers that do the same at every step do not solve selective copying; gates that depend on the input do, minGRU and minLSTM among them.':
    '每一步都做同样运算的层解决不了选择性复制；依赖输入的门可以，minGRU 和 minLSTM 也在其中。',
  'On a text minGRU and minLSTM reach the loss of a Transformer and of Mamba, the Transformer after many more steps.':
    'minGRU 和 minLSTM 在文本上达到 Transformer 和 Mamba 的损失，而 Transformer 需要多得多的步数。',
  'On formal tasks minLSTM keeps up with Mamba and xLSTM, on strings up to six times as long as in training.':
    '在形式语言任务上，minLSTM 与 Mamba 和 xLSTM 不相上下，串长可达训练时的六倍。',
  'A larger starting bias of the forget gate makes minLSTM learn faster and more steadily.':
    '遗忘门的初始偏置越大，minLSTM 学得越快、越稳定。',
  'With equal parameters the order is GAU, attention, RWKV, LRU, SLRU; attention gains with the length, recurrences lose.':
    '参数量相同时，次序为 GAU、注意力、RWKV、LRU、SLRU；长度增加时注意力变好，递归变差。',
  'Table 5': '表 5',
  'Table 6': '表 6',
  'Attention as an RNN': '注意力即 RNN',
  'Linear is best': '线性最好',
  'RNN as ODE': 'RNN 即微分方程',
  'ListOps: minLSTM with and without convolution and MLP': 'ListOps：有无卷积和 MLP 的 minLSTM',
  'Long Range Arena: ListOps': '长程竞技场（LRA）：ListOps',
  'Attention with a learned query against a Transformer': '查询可学习的注意力与 Transformer 的比较',
  'A recurrence without activation against tanh, relu and sigmoid': '无激活函数的递归与 tanh、relu、sigmoid 的比较',
  'Constants of two competing species, by three methods': '用三种方法求两个竞争物种的常数',
  'Both the convolution before minLSTM and the MLP after it help on ListOps.':
    'minLSTM 之前的卷积和之后的 MLP 在 ListOps 上都有帮助。',
  'On Long Range Arena minLSTM keeps up with Mamba and xLSTM and is ahead of attention and RWKV.':
    '在 Long Range Arena 上，minLSTM 与 Mamba 和 xLSTM 不相上下，领先于注意力和 RWKV。',
  'Attention whose query is learned runs as a recurrence of constant state and is as good as a Transformer.':
    '查询可学习的注意力可作为状态大小恒定的递归运行，并且与 Transformer 一样好。',
  'In a deep network, a recurrence without an activation is better on a long-range task than one with tanh, relu or sigmoid.':
    '在深层网络中，长程任务上没有激活函数的递归优于带 tanh、relu 或 sigmoid 的递归。',
  "Euler's method is a recurrent network, and training it finds the constants of an equation from a few counts; the method is part of the model.":
    '欧拉法就是一个递归网络，训练它可以从少量计数求出方程的常数；方法是模型的一部分。',
};

const countWords: Readonly<Record<string, string>> = {
  Parameters: '参数量',
  'Weights of minGRU and minLSTM against GRU and LSTM': 'minGRU、minLSTM 与 GRU、LSTM 的权重数之比',
  'A minimal recurrence has a fraction of the weights of the classic one; the wider its state, the smaller the fraction.':
    '最小递归的权重数只是经典递归的一部分，状态越宽，比例越小。',
  'matrices of the recurrence': '递归的矩阵',
  'with down-projection': '含降维投影',
  'with down-projection and biases': '含降维投影和偏置',
  Models: '模型',
  Counted: '计入',
  '{0}: {1} % of the weights at expansion 1, 2, 3, 4.': '{0}：扩展倍数 1、2、3、4 时，权重数之比为 {1} %。',
  'The article counts the matrices of the recurrence alone. Every model of it also projects the state back to its width, with equally many weights on both sides, so its real models save less.':
    '论文只计递归的矩阵。其每个模型还要把状态投影回原宽度，两边的权重数相同，因此实际模型节省得更少。',
  'Biases depend on the width, here {0}: GRU and LSTM have two for each gate, as torch does, the minimal ones one.':
    '偏置的影响取决于宽度（此处为 {0}）：GRU 和 LSTM 每个门有两个偏置，与 torch 相同；最小模型只有一个。',
  'What is counted are the weights of the models as they are trained here, not formulas.':
    '所计的是此处实际训练的模型的权重，而不是公式。',
  'Counts are exact: a part holds where every ratio, rounded to whole per cent, is the printed number.':
    '计数是精确的：每个比例四舍五入到整数百分比后等于所印数值，则该部分成立。',
  'Ours, exact': '本机（精确）',
  'Weights of both': '两者的权重数',
  'Furthest from print, points': '与所印数值的最大差（百分点）',
  'weights: the model must be a known one, got {0}': '权重数：模型必须是已知的模型，得到 {0}',
};

const partWords: Readonly<Record<string, string>> = {
  '{0} is better than {1}.': '{0} 比 {1} 好。',
  '{0} gets {1} % of the symbols right.': '{0} 答对 {1} % 的符号。',
  '{0} and {1} end within {2} nats of each other.': '{0} 与 {1} 最终相差不超过 {2} 奈特。',
  '{0} with {1} layers is better than with {2}.': '{0} 用 {1} 层比用 {2} 层好。',
  'With two layers minGRU is ahead of minLSTM.': '两层时 minGRU 领先于 minLSTM。',
  'The values are those printed.': '数值与论文所印的相同。',
  'H3 with Hyena or S6 in it is as printed.': '内含 Hyena 或 S6 的 H3 与论文所印的相同。',
  '{0}: minLSTM is not more than 2 points behind Mamba.': '{0}：minLSTM 落后 Mamba 不超过 2 个百分点。',
  'A bias of {0} is better than none after the same steps.': '步数相同时，偏置 {0} 比没有偏置好。',
  'The larger the bias, the better.': '偏置越大越好。',
  'At length {0} the order is GAU, SA, RWKV, LRU, SLRU.': '长度 {0} 时，次序为 GAU、SA、RWKV、LRU、SLRU。',
  '{0} is better with the longer text.': '文本更长时 {0} 更好。',
  '{0} is worse with the longer text.': '文本更长时 {0} 更差。',
  'sequences of 4,096 and 400,000 steps: about 60 hours of a graphics card for a run':
    '长 4,096 的序列和 400,000 步：每次运行约需一块显卡 60 小时',
  'sequences of 4,096 and 400,000 steps': '长 4,096 的序列和 400,000 步',
  'a description of how such a layer sits in the block of H3': '关于这种层如何放进 H3 的块中的说明',
  '5,000 steps at width 384, and the length of the text read at once, which the article does not state':
    '宽度 384 的 5,000 步，以及一次读入的文本长度，而论文没有给出后者',
  "the numbers of the article's tables 4 and 5, which nobody could read here, and 500,000 steps":
    '论文表 4 和表 5 的数值（此处无法读到），以及 500,000 步',
  '{0} is not more than 2 points behind {1}.': '{0} 落后 {1} 不超过 2 个百分点。',
  'No activation is better than {0}.': '无激活函数优于 {0}。',
  "Euler's method as a recurrent network gives the counts with a squared error below one animal.":
    '作为递归网络的欧拉法给出的计数，平方误差小于一只动物。',
  'The same on pictures and on retrieval.': '在图像和检索上也是如此。',
  "The same on the article's 38 data sets.": '在该文的 38 个数据集上也是如此。',
  "the numbers of the article's table 6, which nobody could read here, and 250,000 steps":
    '该文表 6 的数值（此处无人能读到）以及 250,000 步',
  "the numbers of the article's tables 4 and 5, which nobody could read here, and 250,000 steps":
    '该文表 4 和表 5 的数值（此处无人能读到）以及 250,000 步',
  'the pictures of CIFAR-10 and the documents of the ACL Anthology Network, which are not part of the lab':
    'CIFAR-10 的图像和 ACL Anthology Network 的文档，实验室不附带',
  "the article's data sets of events, series and reinforcement learning, which are not part of the lab":
    '该文的事件、序列和强化学习数据集，实验室不附带',
};

const noteWords: Readonly<Record<string, string>> = {
  'Small and medium sizes test the order of the rows, not the printed values.':
    '小规模和中规模检验各行的次序，而不是所印的数值。',
  'The state of the published code starts from learned values; here it starts from zero.':
    '公开代码的状态从学得的值开始；这里从零开始。',
  'Rows of other systems are quoted in the article from the paper on Mamba, where they have 2 layers; minGRU and minLSTM have 3.':
    '其他系统的各行是论文引自 Mamba 一文的，那里用 2 层；minGRU 和 minLSTM 用 3 层。',
  "The small size reads the book that comes with the program, another text than the article's.":
    '小规模读的是程序自带的书，与论文的文本不同。',
  'The printed losses are the best on the test text; here the last loss of each run is compared, so that nothing is chosen by it.':
    '论文所印的是测试文本上的最佳损失；这里比较每次运行的最后损失，不据此作任何挑选。',
  "The article's tables quote Mamba and xLSTM from another paper; here Mamba is trained beside minLSTM with the same settings.":
    '论文的表格引用了另一篇论文中的 Mamba 和 xLSTM；这里用相同的设置同时训练 Mamba 与 minLSTM。',
  '"Keeps up" is read as: not more than 2 points behind.': '“不相上下”理解为：落后不超过 2 个百分点。',
  'The article names neither task nor steps of this figure; selective copying with three layers is tested.':
    '论文没有给出此图的任务和步数；这里检验三层的选择性复制。',
  '"More steadily" is a claim about spreads, which fewer than 10 seeds cannot decide: the spreads are printed.':
    '“更稳定”是关于离散程度的论断，少于 10 个种子无法判定：这里只列出离散程度。',
  "The article's models have about 100 million parameters and read Chinese; here they are a thousandth of that and read a book by characters.":
    '原文的模型约有 1 亿参数，读中文；这里只有其千分之一，按字符读一本书。',
  'Both lengths read as many characters in a step.': '两种长度每步读入的字符数相同。',
  'Rows have equal width, not equal parameters, as in the article: an MLP adds weights as well as a function.':
    '各行宽度相同而参数量不同，与该文一致：MLP 既增加函数也增加权重。',
  'Small and medium sizes have shorter expressions than Long Range Arena; guessing the most frequent value gets about one in nine at small size and one in six at full size.':
    '小型和中型规模的表达式比 Long Range Arena 的短；猜最常见的值在小型规模约九次中一次，在完整规模约六次中一次。',
  "Setup shows the state of both before a run: Aaren's stays the same at every length, the Transformer's grows with each token.":
    '设置页在运行前显示两者的状态：Aaren 的状态在任何长度下都不变，Transformer 的随每个记号增长。',
  'A query that does not depend on the token cannot look for what the token names: of these tasks, missing duplicate asks for that, majority does not.':
    '不依赖记号的查询无法寻找记号所指的内容：这些任务中，缺失的重复需要这样做，多数不需要。',
  '"As good as" is read as: not more than 2 points behind.': '“一样好”理解为：落后不超过 2 个百分点。',
  "Parity is the seventh task of the published code and not in the article's table: its rows are shown without a claim.":
    '奇偶性是已发布代码的第七个任务，不在该文的表中：其各行不带论断。',
  'All rows are the plain recurrent network with a full matrix in the block of LRU; what is not linear stands between the layers.':
    '各行都是带完整矩阵的普通递归网络，置于 LRU 的块中；非线性只在层与层之间。',
  'Settings beside these are those of ListOps in "Were RNNs All We Needed?": the article states none of its own.':
    '旁边的设置取自《Were RNNs All We Needed?》的 ListOps：该文没有给出自己的设置。',
  'Every row is computed step by step, so seconds say nothing about a linear recurrence in parallel.':
    '各行都逐步计算，因此秒数不能说明线性递归的并行速度。',
  'Published numbers are those of other sources: Transformer from Long Range Arena (Tay et al. 2021), and S4 from the repository state-spaces/s4. Their networks are larger and not equal to each other.':
    '已发表的数值来自其他来源：Transformer 来自 Long Range Arena（Tay 等 2021），S4 来自仓库 state-spaces/s4。它们的网络更大，彼此也不相同。',
  "All rows are causal and have equal depth and width, not equal parameters; the article's source of attention is Llama, here it is the Transformer of nanoGPT.":
    '各行都是因果的，深度和宽度相同，参数量不同；该文的注意力来自 Llama，这里是 nanoGPT 的 Transformer。',
  "The first half is the article's. That better methods fit better is ours: the data come from the equation itself, which no step of a day follows exactly.":
    '前半句是该文的。方法越好拟合越好则是我们的：数据来自方程本身，以一天为步长的方法都不能精确跟随。',
  'The loss is the mean squared error in animals; the constants themselves are the weights of a run.':
    '损失是以动物数计的均方误差；常数本身就是一次运行的权重。',
  'No learning rate was searched for any row: equal settings are not equal trials.':
    '没有为任何一行搜索学习率：相同的设置不等于相同的试验次数。',
  'Expressions of up to 40 symbols are no long range: what the small size decides says little about the claim.':
    '至多 40 个符号的表达式算不上长程：小型规模的判定对该论断说明不了多少。',
};

const settingWords: Readonly<Record<string, string>> = {
  'Sequence length': '序列长度',
  'Symbols to copy': '要复制的符号',
  Vocabulary: '词表',
  Steps: '步数',
  Batch: '批大小',
  'Learning rate': '学习率',
  Optimiser: '优化器',
  'Weight decay': '权重衰减',
  'Largest norm of the gradient': '梯度范数上限',
  Width: '宽度',
  Expansion: '扩展倍数',
  Seeds: '种子',
  Layers: '层数',
  Dropout: 'Dropout（随机失活）',
  Text: '文本',
  'Text read at once': '一次读入的文本',
  Task: '任务',
  'Longest string in training': '训练中最长的串',
  'Shortest string in the test': '测试中最短的串',
  'Longest string in the test': '测试中最长的串',
  'the text says 1e-4, the published code 3e-4; fewer steps need more':
    '正文为 1e-4，公开代码为 3e-4；步数少时需要更大',
  'the text says Adam, the published code AdamW': '正文为 Adam，公开代码为 AdamW',
  Model: '模型',
  Block: '块',
  Layer: '层',
  Bias: '偏置',
  Length: '长度',
  'Best step, printed': '最佳步数（论文）',
  Convolution: '卷积',
  MLP: 'MLP（多层感知机）',
  Activation: '激活函数',
  Method: '方法',
  'Steps a day': '每天步数',
  'Longer than': '长于（记号）',
  'Shorter than': '短于（记号）',
  Depth: '深度',
  'Parts of an operator': '运算符的项数',
  Schedule: '学习率计划',
  Series: '序列',
  'one series gives every seed the same run: random first numbers, by the same equations, tell seeds apart':
    '同一序列会使每个种子得到同样的运行：按同样方程、随机初值可区分种子',
};

const documentWords: Readonly<Record<string, string>> = {
  'small size': '小规模',
  'medium size': '中规模',
  'size of the paper': '论文规模',
  'not verified': '未核实',
  'bounded mean, 95 %': '有界均值，95 %',
  'mean by t, 95 %': '均值 t 区间，95 %',
  Published: '论文',
  'Ours, mean': '本机均值',
  's.d.': '标准差',
  'Each seed': '各种子',
  Solved: '解决',
  diverged: '发散',
  Verdict: '结论',
  Verdicts: '结论',
  'Part of the claim': '论断的一部分',
  'Decided by': '依据',
  Interval: '区间',
  'What would decide it': '怎样才能判定',
  Setting: '设置',
  Source: '出处',
  Here: '此处',
  Why: '原因',
  'not stated': '未说明',
  'the default': '默认值',
  Numbers: '数值',
  "Settings beside the source's": '与出处对照的设置',
  'Read this with it': '阅读须知',
  '{0} runs, {1} minutes of training.': '{0} 次运行，训练 {1} 分钟。',
  'A part holds where the whole interval over seeds lies on the claimed side, does not hold where it lies on the other, and is not decided where it contains the boundary. On tasks that seeds solve or fail, exact ranks and counts decide instead. The rules were fixed before the runs.':
    '如果各种子的整个区间都在论断的一侧，则该部分成立；都在另一侧，则不成立；包含界限时未判定。对于种子或成功或失败的任务，由精确秩检验和计数来判定。规则在运行之前就已确定。',
};

const verdictWords: Readonly<Record<string, string>> = {
  Holds: '成立',
  'Does not hold': '不成立',
  'Not decided': '未判定',
  'Cannot be tested here': '此处无法检验',
  equal: '相同',
  size: '规模',
  choice: '选择',
  open: '未定',
  '{0} of {1} seeds': '{1} 个种子中的 {0} 个',
  'It takes at least {0} seeds; there are {1}.': '至少需要 {0} 个种子；现有 {1} 个。',
  'It needs {0}.': '需要：{0}。',
  'Runs of the two overlap, p {0}: more seeds would tell.': '两者的运行相互重叠，p {0}：更多种子才能区分。',
  'So few seeds do not decide a share of runs: it takes at least 5 that agree.':
    '种子太少，无法判定运行的比例：至少需要 5 个一致的种子。',
  'Runs have diverged, and a loss has no worst value to count them as.': '有运行发散，而损失没有可以代入的最差值。',
  'All seeds gave the same number: does the seed change anything?': '所有种子给出相同的数：种子是否起作用？',
  'The interval contains the boundary: more seeds would make it narrower.': '区间包含界限：更多种子会使其变窄。',
};

export const reproduceWords: Readonly<Record<string, string>> = {
  ...presetWords,
  ...countWords,
  ...partWords,
  ...noteWords,
  ...settingWords,
  ...documentWords,
  ...verdictWords,
};
