// Words for the parts of a race that windows, reports and pictures share, in both languages.
import type { MemoryPart } from '../../engine/spec/memory-parts.ts';
import type { XAxis } from '../../engine/spec/metrics.ts';
import type { TimePart } from '../../engine/spec/time-account.ts';
import type { UiLanguage } from '../ipc.ts';
import type { RunStatus } from '../state.ts';

interface RaceWords {
  readonly memoryParts: Readonly<Record<MemoryPart, string>>;
  readonly timeParts: Readonly<Record<TimePart, string>>;
  /** What the numbers on a horizontal axis count. */
  readonly axes: Readonly<Record<XAxis, string>>;
  readonly status: Readonly<Record<RunStatus, string>>;
}

export const raceWords = {
  en: {
    memoryParts: {
      weights: 'Weights',
      gradients: 'Gradients',
      optimiser: 'Optimiser',
      activations: 'Activations',
      workspace: 'Workspace',
    },
    timeParts: {
      training: 'Training',
      disturbed: 'Disturbed',
      evaluation: 'Evaluation',
      data: 'Data',
      checkpoint: 'Checkpoint',
      warmup: 'Warm-up',
      preparation: 'Preparation',
      waiting: 'Waiting',
    },
    axes: { step: 'step', tokens: 'tokens', samples: 'samples', active: 's active', wall: 's wall', flops: 'FLOPs' },
    status: {
      queued: 'Queued',
      preparing: 'Preparing',
      running: 'Running',
      paused: 'Paused',
      stopped: 'Stopped',
      finished: 'Finished',
      diverged: 'Diverged',
      failed: 'Failed',
      interrupted: 'Interrupted',
    },
  },
  zh: {
    memoryParts: {
      weights: '权重',
      gradients: '梯度',
      optimiser: '优化器',
      activations: '激活值',
      workspace: '工作区',
    },
    timeParts: {
      training: '训练',
      disturbed: '受干扰',
      evaluation: '评估',
      data: '数据',
      checkpoint: '检查点',
      warmup: '预热',
      preparation: '准备',
      waiting: '等待',
    },
    axes: { step: '步', tokens: '词元', samples: '样本', active: '训练秒', wall: '总秒', flops: 'FLOPs' },
    status: {
      queued: '排队中',
      preparing: '准备中',
      running: '运行中',
      paused: '已暂停',
      stopped: '已停止',
      finished: '已完成',
      diverged: '已发散',
      failed: '失败',
      interrupted: '已中断',
    },
  },
} as const satisfies Readonly<Record<UiLanguage, RaceWords>>;
