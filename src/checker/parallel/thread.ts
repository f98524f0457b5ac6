/** The body of a thread that explores a machine with others, as crew.ts asks. */
import { parentPort, workerData } from 'node:worker_threads';
import { RefutedAssumption } from '../../memory-models/memory-model.ts';
import { Control } from '../../memory-models/wasm/shared/control.ts';
import { follow } from '../../memory-models/wasm/shared/follower.ts';
import { goalsOf } from '../goals.ts';
import type { Asked } from '../state-properties.ts';
import type { Answer, Given } from './messages.ts';
import { Share } from './share.ts';
import type { SentShare } from './share.ts';
import { sweep } from './sweep.ts';
import type { Sweep } from './sweep.ts';

const NEVER_ASKED: Asked = {
  evaluate: () => 0,
  settled: () => 0,
  quiet: () => false,
};

// The border to what was sent.
const given = workerData as Given;

try {
  const share = await shareOf(given);
  parentPort?.on('message', (task: Sweep) => {
    answer({ kind: 'swept', swept: sweep(share, given.thread, task) });
  });
  answer({ kind: 'share', share });
} catch (error) {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  answer({ kind: 'broken', message, stack });
  const { memory, places } = given.parts;
  const control = new Control(memory.buffer, places.control);
  control.fail(error instanceof RefutedAssumption ? 'refuted' : 'broken');
}

async function shareOf({ parts, thread, machine, ...rest }: Given): Promise<SentShare> {
  const { model, goals, edges, asks } = rest;
  const asked = asks ? await systemOf(given, model) : NEVER_ASKED;
  const share = new Share(machine, asked, goals ? goalsOf(machine) : [], edges, 0);
  follow(parts, thread, share);
  return share.sent;
}

/** Memory models take as long to load as a thread to start: only the one that is needed. */
async function systemOf({ machine }: Given, name: string): Promise<Asked> {
  if (name === 'sc') return (await import('../../memory-models/sc.ts')).sc.compile(machine);
  if (name === 'tso') return (await import('../../memory-models/tso.ts')).tso.compile(machine);
  throw new Error(`threads do not explore under ${name}`);
}

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}
