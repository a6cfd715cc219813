// 中文：正在读取的、尚未有的和不适用的内容。
import type { Translation } from '../shape.ts';
import type { states as en } from '../en/states.ts';

export const states: Translation<typeof en> = {
  readingSessions: '正在读取会话列表',
  readingData: '正在读取数据',
  readingExperiments: '正在询问实验室能做什么',
  readingMachine: '正在查看这台机器',
  readingSession: '正在打开会话',
  readingCurves: '正在读取曲线',
  readingScaling: '正在查找上次的测量',
  readingSettings: '正在读取设置',
};
