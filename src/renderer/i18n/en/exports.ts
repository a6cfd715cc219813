// English texts of exports: what a session, its table, its curves and its networks can be saved as.
export const exports = {
  menu: 'Export',
  copyTable: 'Copy the run table',
  tableCopied: 'The run table is on the clipboard',
  groups: {
    table: 'Table',
    curves: 'Curves',
    session: 'Session',
    weights: 'Weights',
    report: 'Report',
    pictures: 'Pictures',
  },
  importWeights: 'Weights from a file',
  importWeightsHelp:
    'A safetensors file of this program or of PyTorch on the machine the lab runs on. A bare name is looked for in {folder}. The optimiser begins anew.',
  importAction: 'Take them',
  weightsTaken: 'The run has the weights of {path}',
  kinds: {
    csv: 'Curves, CSV',
    json: 'Session, JSON',
    parquet: 'Curves, Parquet',
    tensorboard: 'Curves, TensorBoard',
    'table-csv': 'Run table, CSV',
    'table-tsv': 'Run table, tabs',
    'table-md': 'Run table, Markdown',
    'table-tex': 'Run table, LaTeX',
    safetensors: 'Weights, safetensors',
    torch: 'Weights, PyTorch names',
    onnx: 'Networks, ONNX',
  },
};
