/** What the kernel's barriers and orderings are on PowerPC, as arch/powerpc has them. */
import type { Fence, Node, RmwOrder } from '../../machine/machine.ts';

export type Barrier = 'sync' | 'lwsync' | 'isync' | 'eieio' | 'none';

export const BARRIERS: Readonly<Record<Fence, Barrier>> = {
  mb: 'sync',
  rmb: 'lwsync',
  wmb: 'lwsync',
  mb__before_atomic: 'sync',
  mb__after_atomic: 'sync',
  mb__after_spinlock: 'sync',
  mb__after_unlock_lock: 'sync',
  barrier: 'none',
  sync: 'sync',
  lwsync: 'lwsync',
  isync: 'isync',
  eieio: 'eieio',
  mfence: 'sync',
};

export const BEFORE_RMW: Readonly<Record<RmwOrder, Barrier>> = {
  relaxed: 'none',
  acquire: 'none',
  release: 'lwsync',
  full: 'sync',
};

export const BEHIND_RMW: Readonly<Record<RmwOrder, Barrier>> = {
  relaxed: 'none',
  acquire: 'lwsync',
  release: 'none',
  full: 'sync',
};

/** Whether nothing that is put off can pass the node. */
export function drains(node: Node): boolean {
  switch (node.kind) {
    case 'fence':
      return BARRIERS[node.fence] === 'sync' || BARRIERS[node.fence] === 'lwsync';
    case 'load':
      return node.order === 'acquire';
    case 'store':
      return node.order === 'release';
    case 'rmw':
      return BEFORE_RMW[node.order] !== 'none';
    default:
      return false;
  }
}

/** Whether what the CPU has observed becomes what binds it at this node. */
export function observes(node: Node): boolean {
  return drains(node) || (node.kind === 'rmw' && node.order !== 'relaxed');
}
