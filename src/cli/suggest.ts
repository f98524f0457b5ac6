/** "Did you mean": the closest of the names that exist. */
import { editDistance } from '../language/edit-distance.ts';

/** `Did you mean sc?`, or the names that exist where none is close. */
export function suggestion(wrong: string, names: readonly string[]): string {
  const close = closest(wrong, names);
  if (close !== null) return `Did you mean ${close}?`;
  if (names.length === 0) return '';
  const shown = names.slice(0, 20).join(', ');
  return `There is ${shown}${names.length > 20 ? `, and ${names.length - 20} more` : ''}.`;
}

/** The name at the smallest edit distance, if that is small for its length. */
export function closest(wrong: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wrong.length * 0.4)) + 1;
  for (const name of names) {
    const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}
