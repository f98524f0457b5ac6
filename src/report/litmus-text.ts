/** The `text` reporter of litmus tests: herd7's result blocks, and how far they are as expected. */
import { formatOutcome } from '../litmus/index.ts';
import { litmusSummary } from './litmus-summary.ts';
import type { LitmusReporter } from './litmus.ts';

export const litmusText: LitmusReporter = {
  each({ model, outcome, seconds }, { severalModels }) {
    if (outcome === null) return '';
    const block = formatOutcome(outcome.program, outcome, seconds, outcome.flags);
    return `${severalModels ? `Model ${model}\n` : ''}${block}\n\n`;
  },
  end: litmusSummary,
  summarises: true,
};
