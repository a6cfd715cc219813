// Types of packaged-node.mjs for the TypeScript parts that share it.
export function findPackagedNode(
  folders: readonly string[],
  platform?: string,
  arch?: string,
  exists?: (path: string) => boolean,
): string | null;
