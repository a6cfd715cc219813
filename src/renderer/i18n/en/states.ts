// English texts for data that are loading, missing or not applicable.
export const states = {
  readingSessions: 'Reading the list of sessions',
  readingData: 'Reading the data',
  readingExperiments: 'Asking the lab what it can do',
  readingMachine: 'Looking at this machine',
  readingSession: 'Opening the session',
  readingCurves: 'Reading the curves',
  readingScaling: 'Looking for the last measurement',
  readingSettings: 'Reading the settings',
};
