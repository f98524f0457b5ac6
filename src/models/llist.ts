/**
 * The lock-free list of include/linux/llist.h and lib/llist.c. A node is a number from 1, so that a
 * model can keep ghosts by node; 0 is NULL. `next(node)` is where the node has its link.
 */
import { atomic, cmpxchg, READ_ONCE, xchg } from 'kcheck';
import type { Shared } from 'kcheck';

export const NULL = 0;

type Link = Shared<number>;

/** Whether the list was empty. `added` sets what ghosts change with the list. */
export function llist_add(
  node: number,
  next: (node: number) => Link,
  head: Link,
  added: () => void,
): boolean {
  let first = READ_ONCE(head);
  for (;;) {
    const expected = first;
    next(node).value = expected;
    atomic(() => {
      first = cmpxchg(head, expected, node);
      if (first === expected) added();
    });
    if (first === expected) return expected === NULL;
  }
}

/** The whole list, newest first. */
export function llist_del_all(head: Link): number {
  return xchg(head, NULL);
}

/** Oldest first. */
export function llist_reverse_order(newest: number, next: (node: number) => Link): number {
  let head = newest;
  let reversed = NULL;
  while (head !== NULL) {
    const node = head;
    head = next(node).value;
    next(node).value = reversed;
    reversed = node;
  }
  return reversed;
}
