// English texts for forks that begin with the weights of a file.
export const fork = {
  file: 'Weights from a file',
  fileDetail: 'at step 0',
  path: 'File of weights',
  choose: 'Choose …',
  help: 'Safetensors of this program or of PyTorch on the machine the lab runs on. A bare name is looked for in {folder}. The new run has the settings of this one.',
  begins: '{name}, with the weights of {file} (SHA-256 {hash})',
};
