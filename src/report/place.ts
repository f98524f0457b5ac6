/** The one source place to send a reader to for a failure. */
import type { Failure } from '../checker/result.ts';
import type { Machine, Site } from '../machine/machine.ts';
import { siteAt } from './describe.ts';
import { failingSite, lastSite } from './failure.ts';

/**
 * The line that failed; of a race its first access, of a deadlock where the first context waits, of a
 * loop where who starves, or the last to step, is in it. Null where the failure has no place.
 */
export function failurePlace(failure: Failure, machine: Machine): Site | null {
  return (
    failingSite(failure, machine) ??
    siteAt(failure.sites?.[0] ?? null, machine) ??
    lastSite(ofVictim(failure), machine) ??
    lastSite(failure.cycle, machine) ??
    siteAt(failure.waiting[0]?.site ?? null, machine) ??
    lastSite(failure.trace, machine)
  );
}

/** The second access of a race, and where the others wait. */
export function furtherPlaces(failure: Failure, machine: Machine): Site[] {
  const sites = [...(failure.sites ?? []).slice(1), ...failure.waiting.map(({ site }) => site)];
  return sites.flatMap((site) => siteAt(site, machine) ?? []);
}

function ofVictim({ cycle, context }: Failure): Failure['cycle'] {
  return cycle.filter((step) => step.context === context);
}
