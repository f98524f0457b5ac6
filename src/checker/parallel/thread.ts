/** The body of a thread that explores a machine with others, as crew.ts asks. */
import { parentPort, workerData } from 'node:worker_threads';
import { memoryModels } from '../../memory-models/index.ts';
import { RefutedAssumption } from '../../memory-models/memory-model.ts';
import { Control } from '../../memory-models/wasm/shared/control.ts';
import { follow } from '../../memory-models/wasm/shared/follower.ts';
import { goalsOf } from '../goals.ts';
import type { Answer, Given } from './messages.ts';
import { Share } from './share.ts';

// The border to what was sent.
const given = workerData as Given;

try {
  answer({ kind: 'share', share: shareOf(given).sent });
} catch (error) {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  answer({ kind: 'broken', message, stack });
  const { memory, places } = given.parts;
  const control = new Control(memory.buffer, places.control);
  control.fail(error instanceof RefutedAssumption ? 'refuted' : 'broken');
}

function shareOf({ parts, thread, machine, model: name, goals, edges }: Given): Share {
  const model = memoryModels.get(name);
  if (model === undefined) throw new Error(`no memory model is named ${name}`);
  const share = new Share(machine, model.compile(machine), goals ? goalsOf(machine) : [], edges, 0);
  follow(parts, thread, share);
  return share;
}

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}
