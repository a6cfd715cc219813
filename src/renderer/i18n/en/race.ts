// English texts of the Race screen: run bar, setup, preflight, charts and run table.
export const race = {
  title: 'Race',
};
