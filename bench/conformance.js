/**
 * The memory models against herd7's verdicts, on the collections beside the repository: `tso` and
 * `power` reach exactly the final states that x86-TSO and ppc.cat allow; kernel C under either of
 * them reaches nothing that the kernel's own model forbids. Exit code 1 where one test differs.
 *
 * Takes the built sources, so that the times are those of the product: `npm run conformance`.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runLitmus } from '../dist/cli/litmus-run.js';
import { parseLitmus, readJsonLines, toMachine } from '../dist/litmus/index.js';
import { memoryModels } from '../dist/memory-models/index.js';

const FOLDER = new URL('../../shared/litmus/', import.meta.url);
const SHOWN = 20;
const NO_LIMITS = {
  maxStates: null,
  timeoutSeconds: null,
  maxBytes: 2 ** 31,
  onProgress: null,
  signal: null,
};

/** They wait for grace periods, which kcheck does not model; nothing else may be refused. */
const REFUSED = ['RCU+sync+read', 'C-srcu-nest-5'];

if (existsSync(FOLDER)) process.exitCode = (await runAll()) ? 0 : 1;
else console.log('conformance: skipped, there are no collections beside the repository');

async function runAll() {
  const sameAs = [
    await compare(['x86-tso'], 'tso', sameStates),
    await compare(['power'], 'power', sameStates),
    await compare(['lkmm-generated', 'lkmm-kernel'], 'tso', withinStates),
    await compare(['lkmm-generated', 'lkmm-kernel'], 'power', withinStates),
  ];
  return sameAs.every(Boolean);
}

/** Prints how many tests of the collections hold under the model, and those that do not. */
async function compare(collections, modelName, differenceOf) {
  const model = memoryModels.get(modelName);
  const lines = collections.flatMap(collection);
  const started = performance.now();
  const differing = [];
  const refused = [];
  let explored = 0;
  for (const line of model === undefined ? [] : lines) {
    const result = await outcomeUnder(line, model);
    explored += result.explored;
    if (result.refused) refused.push(line.name);
    const difference = result.refused ? '' : (result.error ?? differenceOf(result.outcome, line));
    if (difference !== '') differing.push(`${line.name}: ${difference}`);
  }
  const agreeing = model === undefined ? 0 : lines.length - differing.length;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const name = differenceOf === sameStates ? collections[0] : `lkmm under ${modelName}`;
  console.log(`${name} ${agreeing} of ${lines.length}  (${seconds} s, ${explored} states)`);
  if (refused.length > 0) console.log(`  refused: ${refused.join(', ')}`);
  if (model === undefined) console.log(`  this kcheck is without the memory model ${modelName}`);
  for (const text of differing.slice(0, SHOWN)) console.log(`  ${text}`);
  if (differing.length > SHOWN) console.log(`  and ${differing.length - SHOWN} more`);
  return agreeing === lines.length;
}

function collection(name) {
  const file = fileURLToPath(new URL(`${name}.jsonl`, FOLDER));
  return readJsonLines(readFileSync(file, 'utf8'), `${name}.jsonl`);
}

async function outcomeUnder({ name, text }, model) {
  try {
    const program = toMachine(parseLitmus(text, name));
    return await runLitmus(program, model, NO_LIMITS);
  } catch (error) {
    const refused = error.code === 'KC0304' && REFUSED.includes(name);
    return { explored: 0, refused, outcome: null, error: String(error.stack ?? error) };
  }
}

function sameStates(outcome, { expected, states }) {
  if (outcome.observation !== expected) return `${outcome.observation}, expected ${expected}`;
  const found = JSON.stringify(outcome.states.toSorted());
  return found === JSON.stringify(states.toSorted()) ? '' : `reached ${found}`;
}

/** What a program with a data race does is nobody's to say. */
function withinStates(outcome, { states, flags }) {
  if (flags === 'data-race') return '';
  const beyond = outcome.states.filter((state) => !states.includes(state));
  return beyond.length === 0 ? '' : `forbidden, and reached: ${beyond.join(' ')}`;
}
