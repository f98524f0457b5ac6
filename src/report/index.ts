/** The reporters by name. */
import { githubSummary } from './github-summary.ts';
import { github } from './github.ts';
import { html } from './html/index.ts';
import { json } from './json.ts';
import { junit } from './junit.ts';
import { ktap } from './ktap.ts';
import type { Reporter } from './run.ts';
import { sarif } from './sarif.ts';
import { text } from './text.ts';

export const reporters: ReadonlyMap<string, Reporter> = new Map([
  ['text', text],
  ['json', json],
  ['junit', junit],
  ['ktap', ktap],
  ['sarif', sarif],
  ['github', github],
  ['html', html],
]);

/** What goes on the page of the CI job when a reporter is used, beside its own output. */
export const jobSummaries: ReadonlyMap<Reporter, Reporter> = new Map([[github, githubSummary]]);
