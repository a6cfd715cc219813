// Places labels beside the ends of lines so that none covers another. Pure arithmetic in pixels.

/**
 * Moves centres as little as needed so that neighbours are `gap` apart within [top, bottom]; the vertical order of `wanted` is kept. If
 * they cannot all fit they share the space evenly.
 */
export function pushApart(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const room = Math.max(0, bottom - top);
  const step = order.length > 1 ? Math.min(gap, room / (order.length - 1)) : 0;
  const clusters: { sum: number; members: number[] }[] = [];
  const startOf = (cluster: { sum: number; members: number[] }): number => {
    const length = (cluster.members.length - 1) * step;
    const ideal = cluster.sum / cluster.members.length - length / 2;
    return Math.min(Math.max(ideal, top), bottom - length);
  };
  for (const index of order) {
    let cluster = { sum: wanted[index] ?? 0, members: [index] };
    for (let previous = clusters.at(-1); previous !== undefined; previous = clusters.at(-1)) {
      const previousEnd = startOf(previous) + previous.members.length * step;
      if (previousEnd <= startOf(cluster) + 1e-9) break;
      clusters.pop();
      cluster = { sum: previous.sum + cluster.sum, members: [...previous.members, ...cluster.members] };
    }
    clusters.push(cluster);
  }
  const placed = wanted.slice();
  for (const cluster of clusters) {
    const start = startOf(cluster);
    cluster.members.forEach((member, position) => (placed[member] = start + position * step));
  }
  return placed;
}
