// Chinese words for what is said about sweeps. The key is the English pattern.
export const sweepWords = {
  'sweep: {0} has trained to step {1}, and its session has no evaluation there':
    'sweep：{0} 已训练到第 {1} 步，而其会话在该处没有评估',
  'Delete this run: the sweep trains it again from its beginning.': '删除此运行：扫描会从头重新训练它。',
  'A sweep must be an object with a method and a space, got {0}.': '参数扫描必须是含方法和取值空间的对象，得到 {0}。',
  'setting of a sweep': '参数扫描的设置',
  'The version of a sweep must be 1, got {0}.': '参数扫描的版本必须是 1，得到 {0}。',
  'The method of a sweep must be one of {0}, got {1}.': '参数扫描的方法必须是以下之一：{0}；得到 {1}。',
  'Rows of equal size cannot be swept: leave one of the two out.': '等规模的行不能做参数扫描：请去掉其中一项。',
  'A comparison names a variant, and a sweep makes many of each: leave one of the two out.':
    '比较指定一个变体，而参数扫描会使每个变体变成多个：请去掉其中一项。',
  'A list stands beside a sweep: give one value here.': '这里的列表与参数扫描重复：请只给一个值。',
  'A list belongs into the space of the sweep: give one value here.':
    '列表应放在参数扫描的取值空间中：这里请只给一个值。',
  'The steps of a sweep must be a whole number from 1 on, got {0}.': '参数扫描的步数必须是不小于 1 的整数，得到 {0}。',
  'The metric that decides must be a short name such as accuracy, got {0}.':
    '决定去留的指标必须是短名称，例如 accuracy，得到 {0}。',
  'The space must be an object with at least one setting, got {0}.': '取值空间必须是至少含一项设置的对象，得到 {0}。',
  '{0} is swept: leave it out here.': '{0} 已在参数扫描中：请在这里去掉。',
  '{0} must have a list of values, or a range as { "uniform": [low, high] } or { "log": [low, high] }, got {1}.':
    '{0} 必须给出取值列表，或范围 { "uniform": [下限, 上限] } 或 { "log": [下限, 上限] }，得到 {1}。',
  'setting of a range': '范围的设置',
  'A grid takes a number of values of a range: "count" must be from 2 to {0}, got {1}.':
    '网格从范围中取若干值："count" 必须在 2 到 {0} 之间，得到 {1}。',
  'Only a grid has a "count"; other methods draw.': '只有网格有 "count"；其他方法随机抽取。',
  '{0} is not a number: give a list of values.': '{0} 不是数值：请给出取值列表。',
  'The range of {0} must be two numbers, got {1}.': '{0} 的范围必须是两个数，得到 {1}。',
  'The range of {0} must go upwards, got {1}.': '{0} 的范围必须从小到大，得到 {1}。',
  'A range over orders of magnitude begins above 0, got {0}.': '按数量级的范围必须从大于 0 的数开始，得到 {0}。',
  'A grid has as many trials as combinations: leave this out.': '网格的试验数就是组合数：请去掉此项。',
  'A grid trains every combination: leave this out.': '网格训练所有组合：请去掉此项。',
  'A list of trials must have one number for each of {0} variants, got {1}.':
    '试验数列表必须为 {0} 个变体各给一个数，得到 {1} 个。',
  'A sweep must say how many trials each variant has.': '参数扫描必须说明每个变体有多少次试验。',
  'The trials of a variant must be a whole number from 1 to {0}, got {1}.':
    '一个变体的试验数必须是 1 到 {0} 的整数，得到 {1}。',
  'A limit of steps needs runs with a budget of steps, got {0}.': '步数上限要求运行的预算以步计，得到 {0}。',
  'The steps must suffice for one trial of each variant, got {0}.': '步数必须够每个变体做一次试验，得到 {0}。',
  'A sweep must mean at most {0} runs, got {1} ({2} trials x {3} seeds).':
    '参数扫描最多 {0} 个运行，得到 {1} 个（{2} 次试验 × {3} 个种子）。',
  'Rungs need this setting fixed: give it in "training".': '阶梯要求此设置固定：请写在 "training" 中。',
  'One in 2 to {0} may go on, got {1}.': '只能是每 2 到 {0} 个中晋级一个，得到 {1}。',
  'Successive halving counts steps: the unit of the budget must be steps, got {0}.':
    '逐次减半按步计数：预算单位必须是步，得到 {0}。',
  'Successive halving compares single runs: give one seed, and train the winners with more.':
    '逐次减半比较单个运行：请只给一个种子，再用更多种子训练胜者。',
  'Successive halving trains one run after the other: leave this out.': '逐次减半逐个训练运行：请去掉此项。',
  'The ladder stops runs: early stop must be 0.': '运行由阶梯停止：提前停止必须为 0。',
  'The lowest rung must be a whole number of steps from 1 on, got {0}.': '最低一级必须是不小于 1 的整数步，得到 {0}。',
  'Rungs are judged by an evaluation: the lowest must be a multiple of {0} steps (evaluateEvery), got {1}.':
    '每一级由评估决定：最低一级必须是 {0} 步（evaluateEvery）的倍数，得到 {1}。',
  'The budget must be a rung above the lowest, {0} times {1} once or several times, got {2}; the rungs up to it are {3}.':
    '预算必须是最低一级之上的一级，即 {0} 乘以 {1} 一次或多次，得到 {2}；到此为止的各级为 {3}。',
  'With {0} rungs and one in {1} going on, one run gets to the end only of {2} trials or more, got {3}. Raise the lowest rung, or the trials.':
    '共 {0} 级且每 {1} 个晋级一个时，至少 {2} 次试验才有一个运行到达终点，得到 {3} 次。请提高最低一级，或增加试验数。',
  'An experiment with a sweep is run by "minrnn sweep". Take the sweep out to run it as it is.':
    '含参数扫描的实验由 "minrnn sweep" 运行。若要直接运行，请去掉参数扫描。',
  'Resume goes on from there.': '继续运行会从那里开始。',
  'Not begun: the steps of the sweep were used up.': '没有开始：参数扫描的步数已用完。',
  'Left at step {0}: place {1} of {2}, and {3} went on.': '停在第 {0} 步：{2} 个中名列第 {1}，{3} 个晋级。',
  'the metric that decides must be one of the task, {0}, got {1}':
    '决定去留的指标必须是该任务的指标之一（{0}），得到 {1}',
} as const;
