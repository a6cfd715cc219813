// 中文：一次运行的时间和内存用在了哪里。
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
  part: {
    training: '训练',
    disturbed: '受干扰',
    evaluation: '评估',
    data: '数据',
    checkpoint: '检查点',
    preparation: '准备',
    waiting: '等待',
  },
  partHelp: {
    training: '以该运行自身平稳速度进行的稳定训练步',
    disturbed: '其他程序占用机器时，稳定步超出平稳速度的那部分时间',
    evaluation: '在留出数据上评估，以及生成样本',
    data: '抽取批次、传出数据点，以及步与步之间的其他事务',
    checkpoint: '保存权重和优化器状态',
    preparation: '启动引擎、编译，以及起预热作用的最初几步',
    waiting: '轮到其他运行的时间、暂停，以及开始前的排队',
  },
  spoken: '{name}：共 {total}，其中训练 {training}',
  none: '没有账目：该运行由旧版本训练',
  disturbedHere: '受干扰，不计入',
  rateSet: '从第 {step} 步起为 {rate}',
  meanOfSeeds: '1 个种子的平均 | {n} 个种子的平均',
};
