// 中文：实测内存，用来核对计划。
import type { Translation } from '../shape.ts';
import type { memory as en } from '../en/memory.ts';

export const memory: Translation<typeof en> = {
  growth: '实测增长',
  growthColumn: '增长 MiB',
  legend: '实测增长',
  check: '核对',
  checkHelp: '相对空闲引擎的实测增长与计划之比。相差超过 5 % 且超过 128 KiB 时会突出显示。',
  checkOf: '核对 {share}',
  notMeasured: '未测量',
  resident: '{bytes}，驻留内存页',
  allocated: '{bytes}，设备计数',
  ofPoint: '计划 {planned}，实测增长 {grown}，核对 {share}。',
  plannedAndGrown: '{name}：计划 {planned}，实测增长 {grown}，核对 {share}',
};
