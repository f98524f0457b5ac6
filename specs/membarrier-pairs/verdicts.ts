/** Expectations of specs that are laid out as a table: what is not ordered, by row. */

export type Verdict = 'pass' | { readonly fails: 'ordered' };

/** Everything is ordered but what `rows` names: for a version, the configurations that are not. */
export function unordered(
  versions: object,
  configurations: object,
  rows: Readonly<Record<string, readonly string[]>>,
): Record<string, Record<string, Verdict>> {
  const names = Object.keys(configurations);
  const row = (version: string): Record<string, Verdict> =>
    Object.fromEntries(
      names.map((name): [string, Verdict] => [
        name,
        (rows[version] ?? []).includes(name) ? { fails: 'ordered' } : 'pass',
      ]),
    );
  return Object.fromEntries(Object.keys(versions).map((version) => [version, row(version)]));
}
