// Chinese texts of the list of shortcuts.
import type { shortcuts as en } from '../en/shortcuts.ts';
import type { Translation } from '../shape.ts';

export const shortcuts: Translation<typeof en> = {
  anywhere: '任何位置',
  inRace: '竞赛',
  inChart: '图表',
  inTable: '运行表格',
  palette: '命令面板',
  screens: '前往某个页面',
  rename: '重命名会话',
  open: '打开会话文件',
  saveAs: '会话另存为',
  newExperiment: '新建实验',
  play: '暂停或继续',
  step: '单步执行',
  setup: '显示或隐藏设置面板',
  cursor: '移动光标',
  cursorFast: '一次移动 10 个点',
  ends: '第一个和最后一个点',
  leave: '离开光标',
  zoomReset: '显示全部范围',
  asTable: '以表格查看图表',
  hide: '隐藏该运行',
  solo: '只显示该运行',
  baseline: '设为基准',
  fork: '从其检查点分叉',
  rate: '学习率',
  details: '运行详情',
};
