// Who may import whom, as data: ESLint enforces it and the message carries the reason. Tests are exempt (eslint.config.js).

/** The layers of the engine from the bottom up; a folder may import itself and the layers below it. `core` and `spec` share a layer. */
const engineFloors = [
  ['core', 'spec'],
  ['graph', 'data'],
  ['plan'],
  ['kernel', 'ops'],
  ['device'],
  ['models'],
  ['tasks'],
  ['optim'],
  ['training'],
  ['verify'],
];

const all = ['engine', 'protocol', 'session', 'lab', 'engine-host', 'cli', 'server', 'main', 'preload', 'renderer'];

/** What each part of the program may import, and why nothing else. */
const parts = {
  engine: { may: [], why: 'the engine is a library of its own and must run without the lab, a window or a file' },
  protocol: { may: ['engine/spec', 'engine/core'], why: 'messages are plain data that every process can read' },
  session: { may: ['engine/spec', 'engine/core', 'protocol'], why: 'a session file is read without an engine' },
  lab: { may: ['engine', 'protocol', 'session', 'engine-host'], why: 'the lab serves every door and knows none' },
  'engine-host': {
    may: ['engine', 'protocol', 'session', 'lab'],
    why: 'an engine process knows its run and nothing of windows',
  },
  server: {
    may: ['engine', 'protocol', 'session', 'lab', 'engine-host'],
    why: 'the browser door stands beside the others',
  },
  cli: {
    may: ['engine', 'protocol', 'session', 'lab', 'engine-host', 'server'],
    why: 'the command line works where there is no window',
  },
  main: { may: ['protocol', 'engine/core'], why: 'Electron main is thin: what is only in it works in one door only' },
  preload: { may: ['protocol', 'engine/core'], why: 'the preload passes messages and holds no logic' },
  renderer: {
    may: ['protocol', 'engine/spec', 'engine/core'],
    why: 'a window draws what the lab says and computes nothing of its own',
  },
};

const engineZones = engineFloors.flatMap((floor, index) => {
  const above = engineFloors.slice(index + 1).flat();
  if (above.length === 0) return [];
  return floor.map((folder) => ({
    target: `./src/engine/${folder}`,
    from: above.map((name) => `./src/engine/${name}`),
    message: `engine/${folder} is a lower floor: engine folders import downward only (verify > training > optim > tasks > models > device > ops, kernel > plan > graph, data > core).`,
  }));
});

const partZones = Object.entries(parts).map(([part, { may, why }]) => {
  const allowedHere = new Set([part, ...may]);
  const engineParts = may.filter((name) => name.startsWith('engine/')).map((name) => name.slice('engine/'.length));
  const from = all.filter((name) => !allowedHere.has(name) && !(name === 'engine' && engineParts.length > 0));
  const engineClosed = engineFloors.flat().filter((name) => engineParts.length > 0 && !engineParts.includes(name));
  return {
    target: `./src/${part}`,
    from: [...from.map((name) => `./src/${name}`), ...engineClosed.map((name) => `./src/engine/${name}`)],
    message: `src/${part} may import ${may.length > 0 ? may.join(', ') : 'nothing outside itself'}: ${why}.`,
  };
});

export const importZones = [...partZones, ...engineZones];
