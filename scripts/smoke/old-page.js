// What Chromium 83 lacks of the built-ins that the page uses. Only the down-levelled smoke build loads this.
(() => {
  const add = (target, name, value) => {
    if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
  };
  const at = function (index) {
    return this[index < 0 ? this.length + index : index];
  };
  const findLastIndex = function (test) {
    for (let index = this.length - 1; index >= 0; index--) if (test(this[index], index, this)) return index;
    return -1;
  };
  const lists = [Array.prototype, Object.getPrototypeOf(Int8Array.prototype)];
  for (const list of lists) {
    add(list, 'at', at);
    add(list, 'findLastIndex', findLastIndex);
    add(list, 'findLast', function (test) {
      return this[findLastIndex.call(this, test)];
    });
    add(list, 'toSorted', function (compare) {
      return this.slice().sort(compare);
    });
    add(list, 'toReversed', function () {
      return this.slice().reverse();
    });
    add(list, 'with', function (index, value) {
      const copy = this.slice();
      copy[index < 0 ? copy.length + index : index] = value;
      return copy;
    });
  }
  add(Array.prototype, 'toSpliced', function (...change) {
    const copy = this.slice();
    copy.splice(...change);
    return copy;
  });
  add(String.prototype, 'at', at);
  add(String.prototype, 'replaceAll', function (what, by) {
    return what instanceof RegExp ? this.replace(what, by) : this.split(what).join(by);
  });
  add(Object, 'hasOwn', (object, key) => Object.prototype.hasOwnProperty.call(object, key));
  add(Object, 'groupBy', (items, keyOf) => {
    const groups = Object.create(null);
    for (const item of items) (groups[keyOf(item)] ||= []).push(item);
    return groups;
  });
  add(Map, 'groupBy', (items, keyOf) => {
    const groups = new Map();
    for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
    return groups;
  });
  add(Promise, 'withResolvers', () => {
    const parts = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  });
  add(window, 'structuredClone', (value) => JSON.parse(JSON.stringify(value)));
  add(crypto, 'randomUUID', () =>
    '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
      (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16),
    ),
  );
  add(Element.prototype, 'replaceChildren', function (...nodes) {
    this.textContent = '';
    this.append(...nodes);
  });
})();
