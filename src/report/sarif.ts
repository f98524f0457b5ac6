/**
 * The `sarif` reporter: OASIS SARIF 2.1.0, what code scanning shows beside the source. A result is a
 * failure at its line, its trace a code flow with a thread flow for each context. What the spec expects
 * to fail is suppressed in the source, by its `expect`.
 */
import type { KcheckError } from '../errors.ts';
import type { Failure, Unevaluated } from '../checker/result.ts';
import type { Site } from '../machine/machine.ts';
import { failureWords, runName } from './details.ts';
import { siteAt } from './describe.ts';
import { judge } from './judgement.ts';
import { missingFailures, shortName, unexpectedFailures } from './outcome.ts';
import { failurePlace, furtherPlaces } from './place.ts';
import type { ReportOptions, Reporter, Run } from './run.ts';
import { codeFlowOf } from './sarif-flow.ts';
import { artifact, locationOf, message } from './sarif-location.ts';
import type { Location } from './sarif-location.ts';
import { RULES } from './sarif-rules.ts';
import type { RuleId } from './sarif-rules.ts';
import { vacuousProperties } from './vacuity.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

export const sarif: Reporter = (runs, options) => {
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kcheck', rules: RULES } },
        columnKind: 'utf16CodeUnits',
        invocations: [invocation(options.errors)],
        results: runs.flatMap((run) => resultsOf(run, options)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
};

function invocation(errors: readonly KcheckError[]): object {
  return {
    executionSuccessful: errors.length === 0,
    toolConfigurationNotifications: errors.map(({ code, message: words, place, advice }) => ({
      level: 'error',
      descriptor: { id: code },
      message: message(advice === '' ? words : `${words}. ${advice}`),
      locations: place === null ? [] : [locationOf(place, '')],
    })),
  };
}

function resultsOf(run: Run, { gate }: ReportOptions): object[] {
  const unexpected = new Set(unexpectedFailures(run));
  const { status, words } = judge(run, gate);
  if (status === 'open') return [...failureResults(run, unexpected), openResult(run, words)];
  return [
    ...failureResults(run, unexpected),
    ...(run.result.limits.length > 0 ? [] : missingFailures(run)).map((name) =>
      missingResult(run, name),
    ),
    ...(gate && run.expected === null ? [unstatedResult(run, words)] : []),
    ...vacuousProperties(run).map((each) => vacuousResult(run, each)),
  ];
}

function failureResults(run: Run, unexpected: ReadonlySet<Failure>): object[] {
  return run.result.failures.map((failure) => failureResult(run, failure, unexpected.has(failure)));
}

function failureResult(run: Run, failure: Failure, isUnexpected: boolean): object {
  const { machine } = run;
  const further = furtherPlaces(failure, machine);
  const flow = codeFlowOf(failure, machine);
  return {
    ...base(run, failure.kind, failureWords(failure, machine), failure.property),
    level: isUnexpected ? 'error' : 'note',
    ...placed(run, failurePlace(failure, machine)),
    ...(further.length === 0
      ? {}
      : {
          relatedLocations: further.map((site, index) => ({
            id: index + 1,
            ...locationOf(site, ''),
          })),
        }),
    ...(flow === null ? {} : { codeFlows: [flow] }),
    suppressions: isUnexpected
      ? []
      : [{ kind: 'inSource', justification: 'the spec expects this failure' }],
  };
}

function missingResult(run: Run, name: string): object {
  const words = `the spec expects '${name}' to fail, and it does not`;
  return { ...base(run, 'expectation', words, name), level: 'error', ...placed(run, null) };
}

function unstatedResult(run: Run, words: string): object {
  return { ...base(run, 'expectation', words, ''), level: 'error', ...placed(run, null) };
}

function vacuousResult(run: Run, { property, site }: Unevaluated): object {
  const words = `passes, and never evaluates '${property}'`;
  const place = siteAt(site, run.machine);
  return { ...base(run, 'vacuous', words, property), level: 'warning', ...placed(run, place) };
}

/** SARIF: what is no failure has the level none. */
function openResult(run: Run, words: string): object {
  const open = { kind: 'open', level: 'none' };
  return { ...base(run, 'inconclusive', words, ''), ...open, ...placed(run, null) };
}

function base(run: Run, ruleId: RuleId, words: string, property: string): object {
  const { spec, title, version, configuration, model } = run;
  const identity = [spec, version, configuration, model, ruleId, shortName(property)];
  return {
    ruleId,
    ruleIndex: RULES.findIndex(({ id }) => id === ruleId),
    message: message(`${title} ${runName(run)}: ${words}`),
    partialFingerprints: { 'kcheckRun/v1': identity.join(' | ') },
  };
}

/** At a place, else at the spec's first line. */
function placed(run: Run, site: Site | null): { readonly locations: readonly Location[] } {
  if (site !== null) return { locations: [locationOf(site, '')] };
  const region = { startLine: 1 };
  return { locations: [{ physicalLocation: { artifactLocation: artifact(run.spec), region } }] };
}
