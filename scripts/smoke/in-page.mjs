// What the smoke test does inside the window, through the same bridge as the screens. Each function is sent to the page as text, so it may
// use nothing from outside itself.

/** The bridge, the isolation of the page, the content policy and one answer of the lab. Resolves to a list of checks. */
export async function checkPage() {
  const checks = [];
  const check = (what, ok, got) => checks.push({ what, ok: Boolean(ok), got: String(got) });
  const bridge = window.minrnn;
  const verbs = Object.keys(bridge || {})
    .sort()
    .join(' ');
  check('the bridge has its verbs', /onFrame.*openFile.*ready.*saveFile.*send/.test(verbs), verbs);
  const leaked = ['require', 'process', 'Buffer', 'module', 'electron'].filter((name) => name in window);
  check('nothing of Node or Electron is in the page', leaked.length === 0, leaked.join(' '));
  await new Promise((resolve) => setTimeout(resolve, 200));
  let evaluated = false;
  try {
    evaluated = new Function('return true')();
  } catch {
    evaluated = false;
  }
  check('the content policy forbids eval', !evaluated, evaluated);
  const answer = new Promise((resolve) => {
    const stop = bridge.onFrame((frame) => {
      if (frame.type === 'event' || frame.id !== 9000001) return;
      stop();
      resolve(frame);
    });
    setTimeout(() => resolve({ type: 'nothing in 30 s' }), 30000);
  });
  bridge.send({ type: 'request', id: 9000001, name: 'lab/describe', params: {} });
  const frame = await answer;
  check(
    'the lab answers through main',
    frame.type === 'reply' && frame.value.catalogue,
    JSON.stringify(frame).slice(0, 300),
  );
  const drawn = document.querySelector('#app');
  check(
    'the page is drawn',
    drawn && drawn.textContent.trim().length > 100,
    drawn && drawn.textContent.trim().slice(0, 80),
  );
  return checks;
}

/** Starts the first preset as a race, waits until a run has taken steps, and shows the race. Resolves to a list of checks. */
export async function startRace() {
  const bridge = window.minrnn;
  let last = 9100000;
  const ask = (name, params) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const stop = bridge.onFrame((frame) => {
        if (frame.type === 'event' || frame.id !== id) return;
        stop();
        if (frame.type === 'reply') resolve(frame.value);
        else reject(new Error(frame.error.message));
      });
      bridge.send({ type: 'request', id, name, params });
    });
  let steps = 0;
  let points = 0;
  bridge.onFrame((frame) => {
    if (frame.type !== 'event') return;
    if (frame.name === 'runs/changed') for (const run of frame.payload.runs) steps = Math.max(steps, run.step);
    if (frame.name === 'metrics/appended') points += 1;
  });
  const { presets } = await ask('lab/describe', {});
  const spec = presets[0].spec;
  await ask('session/new', { name: 'Smoke', experiment: spec });
  await ask('race/start', { spec });
  location.hash = '#/race';
  for (let wait = 0; wait < 900 && (steps < 120 || points < 10); wait++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return [
    {
      what: 'a race trains and its events reach the window',
      ok: steps >= 30 && points >= 10,
      got: `${steps} steps, ${points} batches`,
    },
  ];
}

/** Stops all runs, so that closing asks no question. */
export async function stopRace() {
  const stopped = new Promise((resolve) => {
    const stop = window.minrnn.onFrame((frame) => {
      if (frame.type === 'event' || frame.id !== 9200000) return;
      stop();
      resolve(frame.type === 'reply');
    });
    setTimeout(() => resolve(false), 20000);
  });
  window.minrnn.send({
    type: 'request',
    id: 9200000,
    name: 'race/act',
    params: { runs: [], action: { kind: 'stop' } },
  });
  const ok = await stopped;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return [{ what: 'the runs stop', ok, got: ok }];
}
