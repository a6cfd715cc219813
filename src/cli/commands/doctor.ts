// `doctor`: what this machine has, what is missing and why.
import { english } from '../../engine/core/say.ts';
import { describeMachine } from '../../lab/engines/machine.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { bytes, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

export const doctor: Command<[]> = (out) =>
  withLab(noEvents, async (lab) => {
    const machine = await describeMachine(lab.settings.now.sessionsFolder, lab.runtimes);
    const texts = lab.datasets.list();
    const usable = machine.devices.some((device) => device.state === 'ready');
    out.data({ ...machine, dataFolder: lab.settings.now.dataFolder, datasets: texts }, true);
    const facts: readonly (readonly [string, string])[] = [
      ['minRNN Lab', `${machine.version}${machine.commit === null ? '' : ` (${machine.commit.slice(0, 10)})`}`],
      ['Node', machine.node],
      ['system', machine.platform],
      ['processor', `${machine.cpu}, ${machine.cores} threads`],
      ['memory', `${bytes(machine.memoryFree)} free of ${bytes(machine.memoryTotal)}`],
      ['disk', machine.diskFree === null ? 'unknown' : `${bytes(machine.diskFree)} free`],
      ['sessions', machine.sessionsFolder],
      ['texts', lab.settings.now.dataFolder],
    ];
    out.say(facts.map(([name, value]) => `${name.padEnd(11)} ${value}`).join('\n'));
    const devices = machine.devices.map((device) => [
      device.kind,
      device.state,
      String(device.threads),
      english(device.detail),
    ]);
    out.say(`\n${table(['device', 'state', 'threads', 'detail'], devices, [0, 1, 3])}`);
    const rows = texts.map((text) => [
      text.id,
      text.state === 'here' ? 'here' : 'to download',
      bytes(text.bytes),
      text.title,
    ]);
    out.say(`\n${table(['text', 'state', 'size', 'title'], rows, [0, 1, 3])}`);
    return usable ? exitCodes.done : exitCodes.failed;
  });
