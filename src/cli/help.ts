/** What `--help` teaches beyond the list of options. */

export const OVERVIEW = `
A spec is a TypeScript file that models a kernel mechanism: shared variables,
tasks, and the versions of the code under discussion. kcheck runs every
interleaving of each version under each memory model and says

  pass          no schedule breaks a property, and every one was looked at
  FAIL <name>   this property breaks; the shortest schedule that does it follows
  ?             inconclusive: a limit stopped the search before it was complete

Deadlock, livelock and data races are looked for in every spec.

Examples:
  kcheck explore specs/mm-cid/spec.ts
  kcheck explore specs/mm-cid/spec.ts --version V0 --model sc
  kcheck check specs
  kcheck graph specs/mm-cid/spec.ts --format dot | dot -Tsvg > mm-cid.svg
  kcheck litmus MP+wmb+rmb.litmus --model power
  kcheck step specs/mm-cid/spec.ts --model tso
  kcheck sim specs/mm-cid/spec.ts --version V7 --model power
  kcheck replay trace.json
  kcheck explain deadlock
  kcheck init

Exit codes:
  0    as expected       1    a verdict differs     2    usage or spec error
  3    internal error    125  inconclusive          130  interrupted
`;

export const EXPLORE = `
A run is a version of the spec in one configuration under one memory model.
Without a selection every run is explored: the matrix of verdicts is printed,
and the trace of the first unexpected failure, else of the first failure. One
selected run prints its own trace. Under each verdict stands what it covered.

Examples:
  kcheck explore spec.ts                            all versions, all models
  kcheck explore spec.ts --version V0,V1 --trace    every trace of two versions
  kcheck explore spec.ts --model sc -p cpus=3       with another parameter
  kcheck explore spec.ts --fairness weak --model sc starvation, too
  kcheck explore spec.ts --no-livelock              where memory is short
  kcheck explore spec.ts --bitstate 2000            where it is all too short
  kcheck explore spec.ts --reporter json            for scripts
  kcheck explore spec.ts --model tso --format litmus > sb.litmus
  kcheck explore spec.ts --version V2 --watch       while you edit it
  git bisect run kcheck explore spec.ts --version V2 --timeout 600

Memory models: sc (sequential consistency), tso (x86), power (weakly ordered;
also called weak). Where -p changes a parameter, expectations do not apply.

--checkpoint writes the search to a file every ten minutes, and when Ctrl-C or
a limit stops it; --resume goes on from there. One run at a time, sc and tso.

--format writes one counterexample in place of the report: itf (Apalache's
JSON, for TLA+ tools), mermaid (a sequence diagram) or litmus (kernel C, for
herd7 and kcheck litmus; where the trace is one, else it says why not).

--fairness weak: a schedule in which a task never finishes is a failure if
whoever stays able to step does step. strong: if whoever can step again and
again does. Not under power. Expectations speak of the spec's own fairness.

--reduce all explores fewer states under sc and tso, with the same verdicts.
The figures of a pass are then those of the reduced search.

Exit codes: 0 every verdict is as the spec expects (without expectation: pass),
1 one differs, 2 usage or spec error, 125 inconclusive, 130 interrupted.
`;

export const CHECK = `
Finds every spec.ts and *.kspec.ts below the paths (default: specs), explores
all versions, configurations and memory models, and compares the verdicts with
the spec's \`expect\`. A change in either direction fails, and so does a run of
which the spec expects nothing: the line to add is printed. So does a pass that
never evaluates a property, unless the spec accepts it: kcheck explain vacuous.

Reporters: text, json, junit, ktap (the kernel's), sarif, github, and html, a
page to step through failures in. Each writes to a file if one is named;
standard output belongs to one.

A complete verdict is kept in .kcheck-cache, and taken again for the same
machine, memory model and fairness by the same kcheck. A spec is staged anew
as soon as a file that it is made of changes.

Examples:
  kcheck check
  kcheck check specs/mm-cid --quick             only what the spec calls quick
  kcheck check specs --version V2 --model tso   in the specs that have them
  kcheck check specs --shard 1/4                one of four CI jobs
  kcheck check specs --reporter json=base.json  verdicts and figures to a file
  kcheck check specs --baseline base.json       what has changed since
  kcheck check --reporter github --reporter sarif=kcheck.sarif
  kcheck check specs/lib --reporter html=report.html
  kcheck check --since origin/master            what a branch may have changed
  kcheck check specs/new --update               state what was found
  kcheck check specs --quick --watch            while you edit them

kcheck.config.ts of the working directory says where specs are, and what the
options are that the command line leaves out. --update writes the verdicts
found into the specs' source; read the difference before you commit it.

--baseline prints a table of the verdicts and state counts that are others
than in the report; another verdict fails. Runs at the same time share half
of the memory unless --max-memory says what each may hold.

Exit codes: 0 all as expected, 1 a verdict differs, from the spec or from the
baseline, or is not stated, 2 usage or spec error, 125 inconclusive, 130
interrupted.
`;

export const GRAPH = `
Prints the machine of the first version and configuration, or of those named.

--states explores one run, and prints every state: where each context stands,
the values that differ from those at the start, who steps where. States are
marked as initial, final, FAILS, RACE, DEADLOCK and LIVELOCK. More states than
--most are drawn by place: all states in which each context stands at the same
point of its program are one node. More places than --most are refused.

Examples:
  kcheck graph spec.ts
  kcheck graph spec.ts --version V2 --format mermaid
  kcheck graph spec.ts --version V2 --format svg > machine.svg
  kcheck graph spec.ts --format dot | dot -Tsvg > machine.svg
  kcheck graph spec.ts --states --model tso
  kcheck graph spec.ts --states --version V2 --format svg > states.svg

Exit codes of --states: 0 drawn, 2 usage or spec error, or too large, 125 a
limit stopped the search and nothing is drawn, 130 interrupted.
`;

export const REPLAY = `
Takes each step of a saved trace in the spec of today: the traces of a JSON
report, or one that step or sim has saved. A step is known by who takes it and
by the values that it reads and writes, so a trace survives lines that move and
barriers that come or go. It ends in one of

  FAILS AS BEFORE   every step fits, and the same property fails
  FAILS OTHERWISE   another one fails, at the end or before
  NO LONGER FAILS   every step fits, and nothing fails
  DOES NOT FIT      this step is impossible now, and that is done instead
  OPEN              a limit was met (a livelock is searched for again)

That a trace no longer fits or fails proves nothing of other schedules.

Examples:
  kcheck explore spec.ts --version V1 --reporter json=trace.json
  kcheck replay trace.json                  after an edit of spec.ts
  kcheck replay trace.json --version V2     does the next version allow it?
  kcheck replay trace.json --model tso      and x86?
  kcheck replay report.json --property S4   one trace of many

Exit codes: 0 every trace fails as before (one walked by hand: fits), 1 one
does not, 2 usage or spec error, 125 open, 130 interrupted.
`;

export const SIM = `
Walks through each run at random, from the start to where nobody can step or
to the depth, and stops at the first failure. It never says PASS: whatever it
does not meet may be there. A failure is one, as from explore, but its schedule
is not the shortest. The same seed walks the same way.

  random   any context, or any CPU's memory, that can step may be next
  pct      probabilistic concurrency testing: priorities drawn for each walk,
           the highest steps, and --changes times a priority falls. Better
           where few orderings in a long schedule matter

Met: assertions, errors, invariants, properties of final states, deadlocks,
data races; a livelock if the states behind the end of a walk are few. Not
looked for: starvation. A sometimes() that no walk saw is named.

Examples:
  kcheck sim spec.ts --version V2 --model power --walks 100000
  kcheck sim spec.ts --strategy pct --timeout 600 --save trace.json
  kcheck sim spec.ts --version V2 --model power --seed 4711 --walks 1
  kcheck replay trace.json --version V3

Exit codes: 1 a failure that the spec does not expect, 0 every run met one that
it does, 125 a run met none (nothing is proved), 2 usage or spec error, 130
interrupted.
`;

export const STEP = `
Lists what can happen next, each step with a number, in the words of a trace:
every context that can step, with each value that its load may return, and
each step that memory can take. Type the number of one, or

  b n f d u     back, next again, focus, drain, until a line or a value
  m v w t       memory, views and store buffers, where, the trace so far
  j s h q       jump to a counterexample, save, help with all of these, quit

Lines may come from a pipe. Ctrl-C stops a search, or ends the walk.

Examples:
  kcheck step spec.ts --version V2 --model tso
  kcheck step spec.ts --model power             then: j S4, b 3, v
  printf '1\\n1\\nm\\n' | kcheck step spec.ts      from a script
`;

export const EXPLAIN = `
Prints the section of docs/errors.md or docs/verdicts.md that is about it.

Examples:
  kcheck explain KC0116
  kcheck explain starvation
  kcheck explain data race
`;

export const INIT = `
Writes specs/wake-up/spec.ts, which passes until a barrier is taken away, and
ci/ with lines for GitHub Actions, GitLab and a shell. A file that is there
already is kept as it is.

Examples:
  kcheck init
  kcheck init models
`;

export const LITMUS = `
Reads litmus tests in x86 and PowerPC assembly and in kernel C, and prints the
result block of herd7 for each: the reachable final states, whether the
condition holds, and the observation (Never, Sometimes, Always). Figures count
final states, where herd7 counts executions. A .jsonl file holds a test a line,
{"name": "…", "text": "…"}; with "expected" or "states" in it a summary follows
that counts agreement and names what differs.

Memory models: one by default, as herd7 does. X86 tests run under tso, PPC
tests under power. C tests run under power too: it is the weakest model here,
so nearest to the kernel's own, which allows all that power reaches. With
several models each block is preceded by the line "Model <name>".

Examples:
  kcheck litmus MP+wmb+rmb.litmus
  kcheck litmus tests --model sc,tso,power
  kcheck litmus power.jsonl --reporter json > verdicts.json
  kcheck litmus big.litmus --max-states 1000000 --timeout 60

Exit codes: 0 done, 1 a verdict or state differs from what a collection
expects, 2 usage error or a test that kcheck refuses, 125 inconclusive,
130 interrupted.
`;
