/** Registers go by one key, however the test spells them: `EAX`, `%eax` and `rax` are one register. */
import type { Architecture } from '../litmus-test.ts';

export function registerKey(architecture: Architecture, name: string): string {
  if (architecture === 'C') return name;
  if (architecture === 'PPC') return name.replace(/^%/, '');
  return x86Register(name) ?? name;
}

/** null if the text names no general register of x86. */
export function x86Register(text: string): string | null {
  const name = text.replace(/^%/, '').toUpperCase();
  const match = /^[ER]?(AX|BX|CX|DX|SI|DI|BP|SP)$|^(R\d+)D?$/.exec(name);
  return match === null ? null : (match[1] ?? match[2] ?? null);
}
