// Chinese texts of exports.
import type { exports as en } from '../en/exports.ts';
import type { Translation } from '../shape.ts';

export const exports: Translation<typeof en> = {
  menu: '导出',
  copyTable: '复制运行表格',
  tableAndCurves: '运行表格和曲线，CSV',
  tableCopied: '运行表格已复制到剪贴板',
  groups: { table: '表格', curves: '曲线', session: '会话', weights: '权重', report: '报告', pictures: '图片' },
  importWeights: '从文件导入权重',
  importWeightsHelp:
    '实验室进程所在机器上本程序或 PyTorch 写出的 safetensors 文件。只写名称时在 {folder} 中查找。优化器将重新开始。',
  importAction: '导入权重',
  weightsTaken: '该运行现在使用 {path} 中的权重',
  source: 'minRNN Lab {version} · 会话“{name}” · {day}',
  chartsSvg: '每个图表（SVG）',
  chartsPng: '每个图表（PNG）',
  boardSvg: '全部图表合为一张（SVG）',
  boardPng: '全部图表合为一张（PNG）',
  dropText: '松开后导入该文件，并用于下一场竞赛。',
  bitsPerByte: '最佳损失（每字节比特）',
  bitsPerByteFloor: '按符号频率（每字节比特）',
  kinds: {
    csv: '曲线（CSV）',
    json: '会话（JSON）',
    parquet: '曲线（Parquet）',
    tensorboard: '曲线（TensorBoard）',
    'table-csv': '运行表格（CSV）',
    'table-tsv': '运行表格（制表符分隔）',
    'table-md': '运行表格（Markdown）',
    'table-tex': '运行表格（LaTeX）',
    'seeds-csv': '种子与比较（CSV）',
    'seeds-md': '种子与比较（Markdown）',
    'seeds-tex': '种子与比较（LaTeX）',
    'seeds-json': '种子与比较（JSON）',
    safetensors: '权重（safetensors）',
    svg: '竞赛图表（SVG）',
    html: '报告（HTML）',
    torch: '权重（PyTorch 名称）',
    onnx: '网络（ONNX）',
  },
};
