// Chinese words for what the lab says about an experiment: fields, tasks, training, notes before a race. The key is the English pattern.
export const setupWords = {
  'a whole number from {0} to {1}': '{0} 至 {1} 的整数',
  'a number from {0} to {1}': '{0} 至 {1} 的数',
  '{0} must be true or false, got {1}.': '{0}必须是“是”或“否”，得到 {1}。',
  '{0} must be {1}, got {2}.': '{0}必须是 {1}，得到 {2}。',
  ' Did you mean "{0}"?': '是否想写“{0}”？',
  '{0} must be one of {1}, got {2}.{3}': '{0}必须是以下之一：{1}；得到 {2}。{3}',
  '{0} must be text, got {1}.': '{0}必须是文字，得到 {1}。',
  '{0} must be at most {1} characters, got {2}.': '{0}最多 {1} 个字符，得到 {2} 个。',
  'Unknown {0} "{1}".{2} Known: {3}.': '未知的{0}“{1}”。{2}已知的有：{3}。',
  '{0} "{1}" is not a number. Try {2}.': '{0}：“{1}”不是数。请试 {2}。',
  '{0} "{1}": a point is the decimal mark here. Write {2} if that is meant, or put a space after a comma between two values.':
    '{0}：“{1}”中的小数点要写成“.”。若指 {2}，请这样写；若是两个值，请在逗号后加空格。',
  '{0} "{1}" can be one number or several. Write {2} or {3}.':
    '{0}：“{1}”可以是一个数，也可以是多个数。请写 {2} 或 {3}。',
  '{0} must be one value here, got "{1}".': '{0}在这里只能是一个值，得到“{1}”。',
  '{0} "{1}": a value is missing beside a separator.': '{0}：“{1}”中分隔符旁缺少一个值。',
  '{0} "{1}": a range must have two whole numbers. Write the values one by one.':
    '{0}：“{1}”中的范围必须由两个整数构成。请逐个写出各值。',
  '{0} "{1}" runs backwards. Write the smaller number first.': '{0}：“{1}”是倒序的。请先写较小的数。',
  '{0} "{1}" makes more than {2} values.': '{0}：“{1}”超过 {2} 个值。',
  '{0} has the value {1} twice.': '{0}中的值 {1} 出现了两次。',
  'An experiment must be a JSON object, got {0}.': '实验必须是 JSON 对象，得到 {0}。',
  'The experiment must be a JSON object, got an empty text.': '实验必须是 JSON 对象，得到空文本。',
  'The format must be "minrnn-experiment", got {0}.': '格式必须是 "minrnn-experiment"，得到 {0}。',
  'The version must be 1, got {0}.': '版本必须是 1，得到 {0}。',
  'The name must be 1 to {0} characters, got {1}.': '名称须为 1 至 {0} 个字符，得到 {1}。',
  'What rows have equal amounts of must be one of {0}, got {1}.': '各行等量的项目必须是以下之一：{0}；得到 {1}。',
  'Rows of equal size have one value for each setting of the network: write a row for each value.':
    '等量的各行，网络的每项设置只能有一个值：请为每个值写一行。',
  '{0}: no width gives {1} {2} within {3} %.': '{0}：没有宽度能得到 {1} {2}（误差 {3} % 以内）。',
  '{0}: no width gives {1} {2} within {3} %; the nearest is {4} with {5}.':
    '{0}：没有宽度能得到 {1} {2}（误差 {3} % 以内）；最接近的宽度是 {4}，得到 {5}。',
  parameters: '个参数',
  'FLOPs a token': '次每符号浮点运算',
  'numbers of state': '个状态数',
  'The task must be an object with an id, got {0}.': '任务必须是带 id 的对象，得到 {0}。',
  'The variants must be a list of at least one model, got {0}.': '变体必须是至少含一个模型的列表，得到 {0}。',
  'There must be at most {0} variants, got {1}.': '最多 {0} 个变体，得到 {1} 个。',
  'A variant must be an object with a model, got {0}.': '变体必须是带模型的对象，得到 {0}。',
  "A variant's name must be 1 to {0} characters, got {1}.": '变体的名称须为 1 至 {0} 个字符，得到 {1}。',
  'The implementation of {0} must have at least one value, got an empty list.':
    '{0} 的实现至少要有一个值，得到空列表。',
  'The implementation of {0} must be one of {1}, got {2}.': '{0} 的实现必须是以下之一：{1}；得到 {2}。',
  'implementation of {0}': '{0} 的实现',
  'setting of {0}': '{0} 的设置',
  setting: '设置',
  model: '模型',
  task: '任务',
  text: '文本',
  'setting of the task': '任务设置',
  'setting of the budget': '预算设置',
  'setting of the device': '设备设置',
  'training setting': '训练设置',
  training: '训练',
  nothing: '空',
  '{0} must be an object, got {1}.': '{0} 必须是对象，得到 {1}。',
  '{0} must be one value here; a list is allowed only in a variant.': '{0}在这里只能是一个值；只有变体中可以写列表。',
  '{0} must have at least one value, got an empty list.': '{0}至少要有一个值，得到空列表。',
  '{0} must have at most {1} values, got {2}.': '{0}最多 {1} 个值，得到 {2} 个。',
  'There must be at most {0} seeds, got {1}.': '最多 {0} 个种子，得到 {1} 个。',
  'The seeds must be a list of whole numbers from {0} to {1}, got {2}.': '种子必须是 {0} 至 {1} 的整数列表，得到 {2}。',
  'The seeds must differ from each other, got {0}.': '种子必须互不相同，得到 {0}。',
  'An experiment must mean at most {0} runs, got {1} ({2} variants x {3} seeds). Take values out of its lists, or run it in parts.':
    '一个实验最多 {0} 个运行，得到 {1} 个（{2} 个变体 × {3} 个种子）。请减少列表中的值，或分几次运行。',
  'The budget must be an object with unit and amount, got {0}.': '预算必须是带单位和数量的对象，得到 {0}。',
  'The unit of the budget must be one of {0}, got {1}.': '预算单位必须是以下之一：{0}；得到 {1}。',
  'The device must be an object with kind and threads, got {0}.': '设备必须是带种类和线程数的对象，得到 {0}。',
  'The kind of the device must be text, got {0}.': '设备种类必须是文字，得到 {0}。',
  'The kernels of the device must be one of {0}, got {1}.': '设备内核必须是以下之一：{0}；得到 {1}。',
  'The storage of the device must be one of {0}, got {1}.': '设备存储必须是以下之一：{0}；得到 {1}。',
  'Storage {0} needs the device {1}, got {2}. Choose storage f32.': '{0} 存储需要设备 {1}，得到 {2}。请选择 f32 存储。',
  'The way runs share the machine must be one of {0}, got {1}.': '运行方式必须是以下之一：{0}；得到 {1}。',
  'the experiment is not valid': '实验无效',
  '{0} may have at most {1} levels of nesting, got more': '{0}最多嵌套 {1} 层，得到更多',
  'The experiment': '实验',
  'Task must be a known one, got "{0}".': '任务必须是已知的，得到“{0}”。',
  'Model must be a known one, got "{0}".': '模型必须是已知的，得到“{0}”。',
  'Optimiser must be a known one, got "{0}".': '优化器必须是已知的，得到“{0}”。',
  'Gradient accumulation must divide the batch ({0}), got {1}.': '梯度累积必须能整除批大小（{0}），得到 {1}。',
  '{0}: implementation {1} must run on device {2}, got {3}': '{0}：实现 {1} 必须在设备 {2} 上运行，得到 {3}',
  '{0}: implementation {1} must have layers x length of at most {2} time steps, got {3}':
    '{0}：实现 {1} 的层数 × 长度最多 {2} 个时间步，得到 {3}',
  '{0}: the number of blocks must divide the width of the state, {1}, got {2}':
    '{0}：块数必须整除状态宽度 {1}，实际为 {2}',
  'A network that reads from both ends needs a task with one answer for a whole sequence; this task asks at positions, where what comes after them is not known yet.':
    '从两端读取的网络需要整个序列只有一个答案的任务；此任务在各位置提问，而其后的内容那时尚未知晓。',
  'Elman RNN: implementation {0} needs the activation tanh, got {1}; loop computes every activation':
    'Elman RNN：实现 {0} 需要激活函数 tanh，得到 {1}；loop 可计算每种激活函数',
  '{0}: implementation {1} needs a state of at most {2} numbers, got {3}; fused has no such limit':
    '{0}：实现 {1} 的状态至多 {2} 个数，得到 {3}；fused 没有这个限制',
  '{0}: the number of heads must divide the width of the block, {1}, got {2}':
    '{0}：头数必须整除块的宽度 {1}，得到 {2}',
  '{0}: the width of a head must divide the width of the state, {1}, got {2}':
    '{0}：每个头的宽度必须整除状态宽度 {1}，得到 {2}',
  '{0}: the number of heads must divide the width of the state, {1}, got {2}':
    '{0}：头数必须整除状态的宽度 {1}，但给出了 {2}',
  '{0}: implementation log-scan needs candidate g (a positive state), got identity':
    '{0}：实现 log-scan 需要候选 g（正的状态），得到恒等',
  "{0}: implementation fused needs the relaxation, or the network with Euler's method, a gate as clock and one step a position; loop computes any":
    '{0}：实现 fused 需要松弛方程，或采用欧拉法、以门为时钟、每个位置一步的网络方程；loop 适用于任何设置',
  'This network reads the numbers of a task as they are: the task must give as many at a position as the width, {0}, and no tokens.':
    '此网络直接读入任务的数：任务每个位置给出的数必须与宽度 {0} 一样多，且不能是词元。',
  'This network answers with its state as it is: the task must ask for as many values at a position as the width, {0}.':
    '此网络直接以状态作答：任务每个位置要求的值必须与宽度 {0} 一样多。',
  'Network must be one of {0}, got "{1}".': '网络必须是以下之一：{0}；得到“{1}”。',
  'Parts: every bracket must be closed, got "{0}".': '部件：括号必须成对，得到“{0}”。',
  'Parts: one must be a mixer, got "{0}".': '部件：其中必须有一个 mixer，得到“{0}”。',
  'Parts: "{0}" must be the name of a part, as in "conv, mixer, mlp".':
    '部件：“{0}”必须是部件的名称，例如 "conv, mixer, mlp"。',
  'Parts: only a gate has parts inside, got "{0}".': '部件：只有 gate 内可以有部件，得到“{0}”。',
  'Parts: {0} takes {1}, got "{2}".': '部件：{0} 的括号内应为{1}，得到“{2}”。',
  'nothing in brackets': '空',
  'a whole number of steps from 2 to 16, as in conv(4)': '2 到 16 的整数步数，例如 conv(4)',
  'how many times the width its state has, as in mixer(2)': '状态为宽度的几倍，例如 mixer(2)',
  'how many times the width it has inside, as in channel-mix(4)': '内部为宽度的几倍，例如 channel-mix(4)',
  'its form and width, as in mlp(geglu, 2)': '形式与宽度，例如 mlp(geglu, 2)',
  'an activation, a width and after a colon the parts, as in gate(silu, 2: conv > mixer)':
    '激活函数、宽度和冒号后的部件，例如 gate(silu, 2: conv > mixer)',
  'Parts: "{0}" is not known.{1} Known: {2}, activations and models.':
    '部件：不认识“{0}”。{1}已知的有：{2}，以及激活函数和模型。',
  '{0}: implementation must be one of {1}, got {2}': '{0}：实现必须是以下之一：{1}；得到 {2}',
  'Text "{0}" must be here and not empty, got {1}.': '文本“{0}”必须在本机且不为空，得到 {1}。',
  'an empty text': '空文本',
  'Context length must be at most {0}: text "{1}" has {2}; got {3}.': '上下文长度最多 {0}：文本“{1}”有 {2}；得到 {3}。',
  '{0} symbols: {1} to learn from and {2} held out (share {3})': '{0} 个符号：{1} 个用于学习，{2} 个留出（比例 {3}）',
  'Text "{0}" must have more symbols for a context of {1}, got {2}.':
    '文本“{0}”对长度为 {1} 的上下文来说符号太少，得到 {2}。',
  '{0}A context of {1} at this share needs a text of about {2} symbols.':
    '{0}在此留出比例下，长度为 {1} 的上下文需要约 {2} 个符号的文本。',
  'With a held-out share of 0.5 a context of at most {0} fits. ': '留出比例为 0.5 时，上下文最多为 {0}。',
  'Test length from must not exceed test length to ({0}), got {1}.': '测试长度下限不得超过上限（{0}），得到 {1}。',
  '{0} must leave problems for disjoint sets, got sizes up to {1} with none on that side. Choose longer problems.':
    '{0}必须为互不相交的集合留下题目；长度到 {1} 为止，这一侧没有题目。请选更长的题目。',
  'Symbols to copy must be at most the sequence length ({0}), got {1}.':
    '要复制的符号数最多等于序列长度（{0}），得到 {1}。',
  'A text must have at most {0} kinds of characters, got {1}.': '文本最多 {0} 种字符，得到 {1} 种。',
  'Read it as bytes.': '请按字节读取。',
  'The prompt must use characters of the text, got {0}, which the text does not have.':
    '提示必须使用文本中的字符；得到 {0}，文本中没有它。',
  '{0}: it has answered no held-out examples yet': '{0}：它还没有回答任何留出示例',
  'Let the run reach an evaluation.': '让运行到达一次评估。',
  'Samples need a task of text; this task has none.': '只有文本任务才能采样；此任务没有文本。',
  'Prompt must have at least one character, got none.': '提示至少要有一个字符，得到空。',
  'Length must be a whole number from 1 to 1000000, got {0}.': '长度必须是 1 至 1000000 的整数，得到 {0}。',
  'Temperature must be 0 or more, got {0}.': '温度不得小于 0，得到 {0}。',
  'Dropout has no effect: it acts after the MLP only, and the network has none.':
    '随机失活不起作用：它只作用于 MLP 之后，而此网络没有 MLP。',
  '{0} {1} has no effect: it needs {2} {3}, got {4}.': '{0} {1} 不起作用：它需要{2} {3}，得到 {4}。',
  'Final learning rate {0} is not below the learning rate {1}: the cosine changes nothing, the rate stays at {2}.':
    '最终学习率 {0} 不低于学习率 {1}：余弦计划不改变任何东西，学习率保持 {2}。',
  'Warm-up of {0} steps is longer than the run ({1} steps): the learning rate ends at {2} and never reaches {3}.':
    '预热 {0} 步比整个运行（{1} 步）还长：学习率止于 {2}，永远达不到 {3}。',
  'Record every {0} steps: a run of {1} steps records no training loss.':
    '每 {0} 步记录一次：{1} 步的运行不会记录训练损失。',
  ' "Disjoint sets" keeps them apart.': '“不相交集合”可将它们分开。',
  'About {0} of the {1} held-out sequences ({2} %) also come up in training within {3} steps: part of the accuracy is memory.{4}':
    '{1} 个留出序列中约有 {0} 个（{2} %）在 {3} 步之内也会出现在训练中：准确率的一部分来自记忆。{4}',
  '{0} needs {1} of memory; {2} are free now.': '{0} 需要 {1} 内存；现有 {2} 可用。',
  'All runs together need {0} of memory; {1} are free now. Mode "queue" keeps one at a time.':
    '全部运行共需 {0} 内存；现有 {1} 可用。“依次”方式每次只占用一个。',
  '{0} took {1}x fewer {2} to {3} than {4}; {5}{6}.': '达到{3}，{4} 所用的{2}数是 {0} 的 {1} 倍；{5}{6}。',
  ', too few to rule out chance': '，种子太少，不能排除偶然',
  'No difference larger than the spread: {0} and {1} took about as many {2} to {3}; {4}.':
    '没有超出波动范围的差别：达到{3}，{0} 与 {1} 所用的{2}数相近；{4}。',
  '{0} reached {1} in {2} of {3} runs, {4} in {5} of {6}.':
    '{0} 的 {3} 个运行中有 {2} 个达到{1}，{4} 的 {6} 个中有 {5} 个。',
  'Validation loss': '验证损失',
  Loss: '损失',
  Accuracy: '准确率',
  'Loss of the sum': '和的损失',
  'Loss of the order': '比较的损失',
  'Accuracy of the order': '比较的准确率',
  'Test: {0}': '测试：{0}',
  'Test, best: {0}': '测试，最佳权重：{0}',
  'Test share {0} must leave something to test on beside what is learned and held out, got nothing.':
    '测试比例 {0} 必须在学习与留出部分之外留下可测试的内容，实际没有。',
  'Training loss: {0}': '训练损失：{0}',
  'Iterations until settled': '收敛所需迭代次数',
  Iterations: '迭代次数',
  'Residual of the last iteration': '最后一次迭代的残差',
  Residual: '残差',
  'Contraction, mean log |J|': '收缩率，log |J| 的平均',
  'Steps computed otherwise': '改由其他实现计算的步数',
  Otherwise: '改算步数',
  'Implementation {0} did not settle at step {1}; this step was computed by {2}.{3}':
    '实现 {0} 在第 {1} 步未收敛；该步由 {2} 计算。{3}',
  'Implementation {0} did not settle at {1} of {2} steps, first {3}, last {4}; these were computed by {5}.{6}':
    '实现 {0} 在 {2} 步中有 {1} 步未收敛，最先第 {3} 步，最近第 {4} 步；这些步由 {5} 计算。{6}',
  'Implementation {0} did not settle in {1} evaluations; these were computed by {2}.':
    '实现 {0} 在 {1} 次评估中未收敛；这些评估由 {2} 计算。',
  ' So was 1 evaluation.': '还有 1 次评估也是如此。',
  ' So were {0} evaluations.': '还有 {0} 次评估也是如此。',
  'Train: {0}': '训练：{0}',
  Sum: '和',
  Order: '大小',
  'The sum of the two marked values.': '两个标记数值之和。',
  'Whether a, the first of the two marked values, is greater than b, the second.':
    '第一个标记数值 a 是否大于第二个标记数值 b。',
  'Mean absolute error': '平均绝对误差',
  'Explained variance': '可解释方差',
  'an accuracy of {0} %': '准确率 {0} %',
  'a loss of {0}': '损失 {0}',
  'one seed each, so chance is not ruled out': '各一个种子，不能排除偶然',
  '{0} of {1} seeds': '{1} 个种子中 {0} 个达到',
  '{0} of {1} seeds against {2} of {3}': '{1} 个种子中 {0} 个达到，对方 {3} 个中 {2} 个',
  sequences: '序列',
  'seconds of training': '训练秒',
  '{0}: {1} (and {2} more)': '{0}：{1}（另有 {2} 处）',
  '{0} or {1}': '{0} 或 {1}',
  on: '开',
  off: '关',
  device: '设备',
  FLOPs: '浮点运算',
  'the adapter of this machine': '本机的适配器',
  'gradient norm': '梯度范数',
  loss: '损失',
} as const;
