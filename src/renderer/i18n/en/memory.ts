// English texts of measured memory: the check of what was planned.
export const memory = {
  growth: 'Measured growth',
  growthColumn: 'Growth MiB',
  legend: 'measured growth',
  check: 'Check',
  checkHelp:
    'Measured growth over the idle engine, against the plan. A difference of more than 5 % and 128 KiB is highlighted.',
  checkOf: 'check {share}',
  notMeasured: 'not measured',
  resident: '{bytes}, pages in memory',
  allocated: '{bytes}, counted by the device',
  ofPoint: 'Planned {planned}, measured growth {grown}, check {share}.',
  plannedAndGrown: '{name}: planned {planned}, measured growth {grown}, check {share}',
};
