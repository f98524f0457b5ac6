/** Figures as rows of a table, and what sums them up. */
const NAME_WIDTH = 36;

export function row([name, ...figures], widths) {
  return name.padEnd(NAME_WIDTH) + figures.map((f, i) => String(f).padStart(widths[i])).join('');
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function geometricMean(values) {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
