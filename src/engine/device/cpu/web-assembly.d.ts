// The part of the WebAssembly API that the cpu device uses. The browser's type library has it, but includes the whole DOM.
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: SharedArrayBuffer;
  }
  interface Instance {
    readonly exports: object;
  }
  const Module: { readonly customSections: (module: Module, name: string) => ArrayBuffer[] };
  const Memory: new (descriptor: { initial: number; maximum: number; shared: true }) => Memory;
  const Instance: new (module: Module, imports: { env: { memory: Memory; abort: () => never } }) => Instance;
  function compile(bytes: Uint8Array): Promise<Module>;
}
