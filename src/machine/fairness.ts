/** What is assumed of schedules where starvation is looked for; docs/design/fairness.md defines both. */
export type Fairness = 'weak' | 'strong';

export const FAIRNESSES: readonly Fairness[] = ['weak', 'strong'];
