/** Two CPUs add to a list that a third takes: each node of its own, or both the same one. */
import { assert, finally_, ghost, names, shared, spec, task } from 'kcheck';
import { llist_add, llist_del_all, llist_reverse_order, NULL } from 'kcheck/models/llist';

export default spec({
  title: 'llist',
  versions: { 'two nodes': { nodes: [1, 2] }, 'one node': { nodes: [1, 1] } },
  models: ['sc', 'tso', 'power'],
  system({ nodes }) {
    const node = { NULL, n1: 1, n2: 2 };
    const head = shared(names(NULL, node));
    const links = shared([{ next: names(NULL, node) }, { next: names(NULL, node) }], 'node');
    const taken = ghost(0);
    const next = (n: number) => links[n - 1].next;
    const nothing = (): void => undefined;

    nodes.forEach((n, i) => {
      task(`add/${i}`, () => {
        llist_add(n, next, head, nothing);
      });
    });
    task('take', () => {
      for (let round = 0; round < nodes.length; round++) {
        let n = llist_reverse_order(llist_del_all(head), next);
        while (n !== NULL) {
          assert(taken.value < nodes.length, 'a node is taken once');
          taken.value += 1;
          n = next(n).value;
        }
      }
    });
    finally_('no node is lost', () => head.value !== NULL || taken.value === nodes.length);
  },
  expect: { 'two nodes': 'pass', 'one node': { fails: ['a node is taken once', 'race'] } },
});
