/**
 * Restartable sequences: a thread's loads and one committing store, which takes place only if the
 * thread was neither preempted nor interrupted for a restart since the sequence began.
 *
 * kernel/rseq.c, as user space sees it: what the kernel marks (rseq_sched_switch_event(), once
 * rseq_preempt()) takes effect when the thread returns to user mode, before its next instruction. Here the mark
 * is asked at the commit: the loads in between are executed for nothing, where the kernel would jump
 * to the abort handler at once.
 */
import { atomic, ghost } from 'kcheck';

export function rseq(threads: readonly string[]) {
  const t = threads.map((name) => ({
    in_section: ghost(false, `${name}.in_section`),
    abort: ghost(false, `${name}.abort`),
  }));

  return {
    begin(thread: number): void {
      atomic(() => {
        t[thread].in_section.value = true;
        t[thread].abort.value = false;
      });
    },

    /** The last instruction: `store`, at most one access; whether it was executed. */
    commit(thread: number, store: () => void): boolean {
      return atomic(() => {
        t[thread].in_section.value = false;
        if (t[thread].abort.value) return false;
        store();
        return true;
      });
    },

    /** The kernel's side: the section that the thread is in, if any, starts again. */
    rseq_sched_switch_event(thread: number): void {
      atomic(() => {
        if (t[thread].in_section.value) t[thread].abort.value = true;
      });
    },
  };
}
