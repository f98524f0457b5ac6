/** Components as texts: equal components, equal texts. HOT CODE: JSON is five times slower. */
import type { Commit, Context, Cpu, Location, Past, Pending, Value } from './state.ts';
import { NO_PAST } from './state.ts';

export function keyOfContext({ node, phase, cpu, registers }: Context): string {
  let key = `${node} ${phase} ${cpu}`;
  for (const value of registers) key += value === null ? ';' : `;${ofValue(value)}`;
  return key;
}

export function keyOfLocation({ messages, accesses }: Location): string {
  const { plainWriter, plainReaders, writers, readers } = accesses;
  let key = `${plainWriter} ${plainReaders} ${writers} ${readers}`;
  for (const { value, view, order, atomic } of messages) {
    key += `;${value} ${view} ${order}${atomic ? '!' : ''}`;
  }
  return key;
}

export function keyOfCpu(cpu: Cpu): string {
  const { bound, observed, control, address, isync, eieio, stores, past, owner } = cpu;
  let key = `${bound} ${observed} ${isync} ${stores} ${owner}`;
  key += `;${ofCommit(control)};${ofCommit(address)};${ofCommit(eieio)}`;
  past.forEach((here, location) => {
    const text = here === NO_PAST ? '' : ofPast(here);
    if (text !== '') key += `;${location}:${text}`;
  });
  for (const pending of cpu.window) key += `|${ofPending(pending)}`;
  if (cpu.overlays.length + cpu.obligations.length > 0) {
    key += JSON.stringify([cpu.overlays, cpu.obligations]);
  }
  return key;
}

/** '' for one that says nothing. */
function ofPast({ newest, own, viewOlder, viewNewest, made, commit }: Past): string {
  if ((newest | viewOlder | viewNewest | made | commit.view | commit.pending) === 0 && !own) {
    return '';
  }
  return `${newest}${own ? '!' : ' '}${viewOlder} ${viewNewest} ${made} ${ofCommit(commit)}`;
}

function ofPending(pending: Pending): string {
  const { kind, node, address, location, value, commit, isync, eieio, forwarded } = pending;
  const stored = value === null ? '' : ofValue(value);
  const rest = `${isync} ${forwarded} ${ofCommit(commit)} ${ofCommit(eieio)}`;
  return `${kind} ${node} ${location ?? ''} ${ofValue(address)}=${stored} ${rest}`;
}

function ofValue({ known, expr, init, commit, sources }: Value): string {
  const views = `${init} ${ofCommit(commit)}`;
  return expr === null ? `${known} ${views}` : `${JSON.stringify(expr)} ${views} ${sources}`;
}

function ofCommit({ view, pending }: Commit): string {
  return pending === 0 ? `${view}` : `${view}+${pending}`;
}
