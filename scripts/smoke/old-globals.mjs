// What Node 12 lacks of the globals that src/main uses.
globalThis.Response = class {
  constructor(body, { status, headers }) {
    Object.assign(this, { body, status, headers });
  }
};
URL.parse = (url) => {
  try {
    return new URL(url);
  } catch {
    return null;
  }
};
Object.defineProperty(Array.prototype, 'at', {
  value(index) {
    return this[index < 0 ? this.length + index : index];
  },
});
