// The ways of three values through the program, file by file: what a value passes on its way from a person to a kernel and back to the screen.
// Each stop is a file below `src` and the name the value has there, alone or inside what is handed on. Files that only check the value or
// declare a type are not on its way. `census` counts and `census.test.ts` verifies: each name is in the code of its file, and each file
// imports the one before or is imported by it, or one of the two names stands in both.

/** An empty line is where the value is handed on by memory, a file or another one that is made of it. */
const stops = (text) =>
  text
    .trim()
    .split(/\n[ \t]*\n/)
    .flatMap((part) =>
      part
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .map(([file, name], i) => ({ file, name, begins: i === 0 })),
    );

/** From a button of the page to a function of the lab. */
const request = (stores, name) => `
  renderer/stores/${stores}.ts ${name}
  renderer/services/rpc-client.ts params
  renderer/services/websocket-port.ts frame
  server/server.ts frame
  protocol/rpc-server.ts params
  protocol/validators.ts spec`;

/** From a list of points in the lab to a line of a chart, whose files lie in this folder. */
const drawn = (folder) => `
  lab/event-hub.ts columns
  protocol/rpc-server.ts payload
  server/server.ts frame
  renderer/services/websocket-port.ts frame
  renderer/services/rpc-client.ts on
  renderer/views/race/series-feed.ts columns
  renderer/charts/series-buffer.ts columns
  renderer/views/race/${folder}/use-plot.ts points
  renderer/charts/plot-model.ts points
  renderer/charts/plot-chart.ts model`;

export const ways = [
  {
    what: 'a learning rate',
    from: 'typed into a cell of Setup',
    to: 'read by the kernel of AdamW on the cpu, and the rate of a step drawn as a point of its chart',
    before: `
  renderer/components/FieldInput.vue value
  renderer/views/race/setup/SweepInput.vue change
  renderer/views/race/setup/GridRow.vue change
  renderer/views/race/setup/draft.ts value
  renderer/views/race/setup/GridRow.vue change
  renderer/views/race/setup/setup-store.ts spec ${request('session', 'spec')}
  lab/handlers/race.ts spec
  lab/lab.ts judged
  lab/experiments.ts spec
  engine/spec/expand.ts training
  lab/starting-grid.ts spec
  lab/lab.ts runs
  lab/session-keeper.ts runs
  lab/race.ts spec
  lab/engine-run.ts message
  lab/engine-link.ts message
  engine-host/main.ts message
  engine-host/host.ts spec
  engine/training/prepare.ts spec
  engine/training/setup.ts training
  engine/training/fields.ts learningRate
  engine/training/setup.ts peak
  engine/optim/schedules.ts peak
  engine/training/trainer.ts rates
  engine/training/updates.ts hyper
  engine/optim/adam.ts learningRate
  engine/training/updates.ts hyper
  engine/device/cpu/executable.ts write

  engine/ops/adam/cpu.ts hyper
  engine/ops/adam/cpu.as.ts hyper

  engine/training/trainer.ts train/learning-rate
  engine/training/metric-log.ts columns
  engine-host/host.ts columns
  engine-host/main.ts message
  lab/engine-link.ts message
  lab/engine-run.ts message
  lab/race-answers.ts columns
  lab/session-keeper.ts columns ${drawn('charts')}`,
    now: `
  renderer/components/FieldInput.vue value
  renderer/views/race/setup/SweepInput.vue change
  renderer/views/race/setup/GridRow.vue change
  renderer/views/race/setup/draft.ts value
  renderer/views/race/setup/GridRow.vue change
  renderer/views/race/setup/setup-store.ts spec ${request('session', 'spec')}
  lab/handlers/race.ts spec
  lab/lab.ts judged
  lab/experiments/experiments.ts spec
  engine/spec/expand.ts training
  lab/race/starting-grid.ts spec
  lab/lab.ts runs
  lab/session/session-keeper.ts runs
  lab/race/race.ts spec
  lab/engines/engine-run.ts message
  lab/engines/engine-link.ts message
  engine-host/main.ts message
  engine-host/host.ts spec
  engine/training/prepare.ts spec
  engine/training/setup.ts training
  engine/training/fields.ts learningRate
  engine/training/setup.ts learningRate
  engine/optim/rates.ts learningRate
  engine/training/trainer.ts rates
  engine/training/updates.ts hyper
  engine/device/cpu/executable.ts write

  engine/ops/adam/cell.ts rate

  engine/training/trainer.ts rate
  engine/training/step-log.ts train/learning-rate
  engine-host/host.ts columns
  engine-host/main.ts message
  lab/engines/engine-link.ts message
  lab/engines/engine-run.ts message
  lab/race/race-answers.ts columns
  lab/session/run-records.ts columns ${drawn('plots')}`,
  },
  {
    what: 'a loss',
    from: 'summed by the kernel of the cross-entropy on the cpu',
    to: 'a point of its chart, a cell of the run table and a line of the exported file',
    before: `
  engine/ops/softmax-cross-entropy/cpu.as.ts loss
  engine/ops/softmax-cross-entropy/cpu.ts loss
  engine/ops/softmax-cross-entropy/index.ts loss
  engine/ops/functional.ts loss
  engine/training/program.ts loss
  engine/training/updates.ts loss
  engine/training/run-queue.ts values
  engine/device/cpu/executable.ts read
  engine/training/run-queue.ts values
  engine/training/updates.ts loss
  engine/training/trainer.ts loss
  engine/training/metric-log.ts columns
  engine-host/host.ts columns
  engine-host/main.ts message
  lab/engine-link.ts message
  lab/engine-run.ts message
  lab/race-answers.ts columns
  lab/session-keeper.ts columns ${drawn('charts')}

  lab/session-keeper.ts append
  session/client.ts appendMetrics
  session/channel.ts message
  session/worker.ts message
  session/operations.ts columns
  session/metrics/write.ts columns
  session/metrics/codec.ts columns
  session/metrics/read.ts value
  session/operations.ts series
  session/export/columns.ts value
  session/export/csv.ts value

  lab/session-keeper.ts last
  lab/run-states.ts last
  lab/session-keeper.ts runs
  lab/event-hub.ts runs
  renderer/stores/session.ts runs
  renderer/views/race/board/summary.ts last
  renderer/views/race/board/board-rows.ts numbers
  renderer/views/race/board/RunRow.vue loss
  renderer/format/numbers.ts formatLoss`,
    now: `
  engine/ops/softmax-cross-entropy/kernel.ts loss
  engine/ops/softmax-cross-entropy/index.ts loss
  engine/ops/functional.ts loss
  engine/training/program.ts loss
  engine/training/updates.ts loss
  engine/training/run-queue.ts values
  engine/device/cpu/executable.ts read
  engine/training/run-queue.ts values
  engine/training/updates.ts loss
  engine/training/trainer.ts loss
  engine/training/step-log.ts loss
  engine-host/host.ts columns
  engine-host/main.ts message
  lab/engines/engine-link.ts message
  lab/engines/engine-run.ts message
  lab/race/race-answers.ts columns
  lab/session/run-records.ts columns ${drawn('plots')}

  lab/session/run-records.ts appendMetrics
  session/client.ts appendMetrics
  session/channel.ts message
  session/worker.ts message
  session/operations.ts columns
  session/metrics/write.ts columns
  session/metrics/codec.ts columns
  session/metrics/read.ts value
  session/operations.ts series
  session/export/columns.ts value
  session/export/csv.ts value

  lab/session/run-records.ts last
  lab/session/known-runs.ts last
  lab/event-hub.ts runs
  renderer/stores/session.ts runs
  renderer/views/race/board/summary.ts last
  renderer/views/race/board/board-rows.ts numbers
  renderer/views/race/board/RunRow.vue row
  renderer/views/race/board/MetricCells.vue value
  renderer/format/numbers.ts formatLoss`,
  },
  {
    what: 'a token',
    from: 'a character of a book',
    to: 'a row of the embedding table read by the kernel on the cpu, and from the logits a character of a sample',
    before: `
  lab/datasets.ts text
  lab/lab.ts textFor
  lab/race.ts text
  lab/engine-run.ts message
  lab/engine-link.ts message
  engine-host/main.ts message
  engine-host/host.ts text
  engine/training/prepare.ts text
  engine/training/setup.ts text
  engine/tasks/char-text.ts text
  engine/tasks/vocabulary.ts tokens
  engine/tasks/char-text.ts tokens
  engine/training/batches.ts x
  engine/device/cpu/executable.ts write
  engine/training/program.ts x
  engine/models/stack.ts tokens
  engine/ops/functional.ts embedding
  engine/ops/embedding/index.ts ids
  engine/ops/embedding/cpu.ts ids
  engine/ops/embedding/cpu.as.ts ids

  engine/training/program.ts logits
  engine/training/sampling.ts token
  engine/tasks/vocabulary.ts tokens
  engine/tasks/char-text.ts decode
  engine/training/sampling.ts decode
  engine/training/trainer.ts sample
  engine-host/host.ts sampled
  engine-host/main.ts message
  lab/engine-link.ts message
  lab/engine-run.ts sample
  lab/race-actions.ts text
  lab/handlers/race.ts sample`,
    now: `
  lab/data/task-data.ts text
  engine-host/main.ts openData
  engine-host/host.ts data
  engine/training/prepare.ts data
  engine/training/setup.ts data
  engine/tasks/char-text.ts text
  engine/tasks/vocabulary.ts tokens
  engine/tasks/char-text.ts tokens
  engine/training/batches.ts train
  engine/training/program.ts feed
  engine/device/cpu/executable.ts write
  engine/training/program.ts x
  engine/models/stack.ts x
  engine/models/embedding.ts tokens
  engine/ops/functional.ts embedding
  engine/ops/embedding/index.ts ids
  engine/ops/embedding/cpu.ts ids
  engine/ops/embedding/cpu.as.ts ids

  engine/training/reader-program.ts logits
  engine/training/sampling.ts token
  engine/training/reader.ts tokens
  engine/tasks/vocabulary.ts decode
  engine/training/reader.ts text
  engine/training/showing.ts write
  engine/training/trainer.ts sample
  engine-host/host.ts sampled
  engine-host/main.ts message
  lab/engines/engine-link.ts message
  lab/engines/engine-run.ts sample
  lab/race/race-actions.ts text
  lab/handlers/showing.ts sample`,
  },
].map(({ before, now, ...way }) => ({ ...way, before: stops(before), now: stops(now) }));
