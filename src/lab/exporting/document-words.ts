// Texts of documents and pictures in a person's language: the report and its charts. Settings and formats for programs keep their names.
// The terms are those of the Race screen (`pictures.test.ts`).
import type { MemoryPart } from '../../engine/spec/memory-parts.ts';
import type { XAxis } from '../../engine/spec/metrics.ts';
import type { TimePart } from '../../engine/spec/time-account.ts';
import type { UiLanguage } from '../../protocol/ipc.ts';
import type { RunStatus } from '../../protocol/state.ts';
import { raceWords } from '../../protocol/told/race.ts';

interface ChartWords {
  readonly title: string;
  readonly unit: string;
}

export interface PictureWords {
  readonly loss: ChartWords;
  /** Below the title of another metric of the task. */
  readonly heldOut: string;
  /** The same of a part of the training loss. */
  readonly perStep: string;
  readonly speed: ChartWords;
  readonly memory: ChartWords & { readonly parts: Readonly<Record<MemoryPart, string>> };
  readonly time: ChartWords & { readonly parts: Readonly<Record<TimePart, string>>; readonly none: string };
  readonly axes: Readonly<Record<XAxis, string>>;
  readonly chance: (level: string) => string;
  readonly seconds: (text: string) => string;
  readonly more: (count: number) => string;
  readonly nothing: string;
  readonly sweepOf: (setting: string) => string;
  readonly sweep: (setting: string) => string;
  readonly bestNamed: string;
  readonly session: (name: string) => string;
}

export interface DocumentWords {
  /** For `lang`. */
  readonly tag: string;
  readonly pictures: PictureWords;
  readonly sections: Readonly<
    Record<'results' | 'seeds' | 'charts' | 'samples' | 'data' | 'settings' | 'machine', string>
  >;
  readonly data: readonly string[];
  readonly noRuns: string;
  readonly setting: readonly [string, string];
  readonly machine: readonly string[];
  readonly sample: (step: string, temperature: string) => string;
  readonly runsOf: (day: string) => string;
  /** Titles of columns by their ids; other columns keep their own. */
  readonly columns: Readonly<Record<string, string>>;
  readonly status: (status: RunStatus) => string;
}

const en: DocumentWords = {
  tag: 'en',
  pictures: {
    loss: { title: 'Validation loss', unit: 'per predicted position' },
    heldOut: 'on held-out data',
    perStep: 'at each training step',
    speed: { title: 'Tokens per second', unit: 'steady steps, median of each part of the run' },
    memory: {
      title: 'Memory',
      unit: 'plan for training, MiB, linear from 0',
      parts: raceWords.en.memoryParts,
    },
    time: {
      title: 'Time account',
      unit: 'where the seconds of each run went',
      none: 'n/a',
      parts: raceWords.en.timeParts,
    },
    axes: raceWords.en.axes,
    chance: (level) => `chance ${level}`,
    seconds: (text) => `${text} s`,
    more: (count) => `and ${count} more`,
    nothing: 'Nothing measured.',
    sweepOf: (setting) => `Sweep of ${setting}`,
    sweep: (setting) => `Best validation loss against ${setting}`,
    bestNamed: 'best run named',
    session: (name) => `session “${name}”`,
  },
  sections: {
    results: 'Results',
    data: 'Data',
    seeds: 'Seeds and comparisons',
    charts: 'Charts',
    samples: 'Samples',
    settings: 'Settings of all runs',
    machine: 'Machine',
  },
  noRuns: 'No runs.',
  data: ['Data', 'Bytes', 'SHA-256'],
  setting: ['Setting', 'Value'],
  machine: ['Processor', 'System', 'Node', 'Device', 'Kernels', 'Threads', 'minRNN Lab'],
  sample: (step, temperature) => `step ${step}, temperature ${temperature}`,
  runsOf: (day) => `runs of ${day}`,
  columns: {},
  status: (status) => status,
};

const zh: DocumentWords = {
  tag: 'zh-CN',
  pictures: {
    loss: { title: '验证损失', unit: '每个预测位置' },
    heldOut: '留出数据',
    perStep: '每个训练步',
    speed: { title: '每秒词元数', unit: '稳定步，运行各段的中位数' },
    memory: {
      title: '内存',
      unit: '训练计划内存，MiB，从 0 起线性',
      parts: raceWords.zh.memoryParts,
    },
    time: {
      title: '时间账目',
      unit: '每个运行的时间用在了哪里',
      none: '无',
      parts: raceWords.zh.timeParts,
    },
    axes: raceWords.zh.axes,
    chance: (level) => `随机水平 ${level}`,
    seconds: (text) => `${text} 秒`,
    more: (count) => `另有 ${count} 个`,
    nothing: '没有测量结果。',
    sweepOf: (setting) => `${setting} 的参数扫描`,
    sweep: (setting) => `最佳验证损失随 ${setting} 的变化`,
    bestNamed: '标出最佳运行',
    session: (name) => `会话“${name}”`,
  },
  sections: {
    results: '结果',
    data: '数据',
    seeds: '种子与比较',
    charts: '图表',
    samples: '样文',
    settings: '所有运行共有的设置',
    machine: '机器',
  },
  noRuns: '没有运行。',
  data: ['数据', '字节', 'SHA-256'],
  setting: ['设置', '值'],
  machine: ['处理器', '系统', 'Node', '设备', '内核', '线程数', 'minRNN Lab'],
  sample: (step, temperature) => `第 ${step} 步，温度 ${temperature}`,
  runsOf: (day) => `${day} 的运行`,
  columns: {
    run: '运行',
    model: '模型',
    seed: '种子',
    status: '状态',
    step: '步',
    active_seconds: '训练时间（秒）',
    val_loss: '损失（留出数据）',
    best_val_loss: '最佳损失',
    best_bits_per_byte: '最佳，每字节比特',
    floor_bits_per_byte: '下限，每字节比特',
    best_step: '所在步',
    step_milliseconds_median: '每步（毫秒）',
    tokens_per_second: '词元/秒',
    tokens_per_second_short: '词元/秒，短运行（全部步）',
    plan_bytes: '计划（MiB）',
    memory_check_percent: '核对（%）',
    parameters: '参数',
    device: '设备',
    module: '内核模块',
    threads: '线程数',
    budget: '预算',
    implementation: '实现',
    task: '任务',
  },
  status: (status) => raceWords.zh.status[status],
};

export const documentWords: Readonly<Record<UiLanguage, DocumentWords>> = { en, zh };
