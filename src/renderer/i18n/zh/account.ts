// 中文：一次运行的时间和内存用在了哪里。
import { raceWords } from '../../../protocol/told/race.ts';
import type { Translation } from '../shape.ts';
import type { account as en } from '../en/account.ts';

export const account: Translation<typeof en> = {
  unit: '每个运行的时间用在了哪里',
  label: '每个运行的时间去向',
  share: '占比',
  seconds: '秒',
  scaleLabel: '秒数或占比',
  trainingColumn: '训练',
  ofWorkColumn: '占工作时间',
  total: '合计',
  part: raceWords.zh.timeParts,
  partHelp: {
    training: '以该运行自身平稳速度进行的稳定训练步',
    disturbed: '其他程序占用机器时，稳定步超出平稳速度的那部分时间',
    evaluation: '在留出数据上评估，以及书写样文',
    data: '抽取批次、传出数据点，以及步与步之间的其他事务',
    checkpoint: '保存权重和优化器状态',
    warmup: '起预热作用的最初几步：参与训练，但不用来衡量速度',
    preparation: '第一步之前启动引擎和编译',
    waiting: '轮到其他运行的时间、暂停，以及开始前的排队',
  },
  spoken: '{name}：共 {total}，其中训练 {training}',
  none: '没有账目：该运行由旧版本训练',
  disturbedHere: '受干扰，不计入',
  rateSet: '从第 {step} 步起为 {rate}',
  onlyWarmup: '仅预热',
  onlyWarmupHelp: '所有步都属于预热：该运行太短，没有稳定速度',
  short: '短',
  shortHelp: '太短，没有稳定速度：按全部步（含预热）计算的词元/秒',
  tooShort: '太短，没有稳定速度。按全部步（含预热）：',
  shortOf: '{name} {speed} 词元/秒',
  shortRuns: '1 个运行太短，没有稳定速度：{list} | {n} 个运行太短，没有稳定速度：{list}',
  differs: '{what}不同：',
  inRuns: '{value}：1 个运行 | {value}：{n} 个运行',
  ran: '实际运行',
  ranHelp: '显示运行实际使用的设备、内核模块和线程数',
  column: { ranDevice: '实际设备', ranModule: '内核模块', ranThreads: '线程数' },
  columnHelp: {
    ranDevice: '该运行实际使用的设备',
    ranModule: '该运行实际使用的内核模块',
    ranThreads: '该运行实际使用的线程数',
  },
  meanOfSeeds: '1 个种子的平均 | {n} 个种子的平均',
};
