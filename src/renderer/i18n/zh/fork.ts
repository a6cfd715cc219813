// Chinese texts for forks that begin with the weights of a file.
import type { fork as english } from '../en/fork.ts';
import type { Translation } from '../shape.ts';

export const fork: Translation<typeof english> = {
  file: '文件中的权重',
  fileDetail: '从第 0 步开始',
  path: '权重文件',
  choose: '选择…',
  help: '实验室进程所在机器上本程序或 PyTorch 写出的 safetensors 文件。只写名称时在 {folder} 中查找。新运行沿用此运行的设置。',
  begins: '{name}，使用 {file} 的权重（SHA-256 {hash}）',
};
