/** The pages that explain words and codes, as they are shipped: the one source of `kcheck explain`. */
import { readFileSync } from 'node:fs';
import { causeOf, usageError } from './errors.ts';

export interface Section {
  /** What it is looked up by: a code, or the words of its heading. */
  readonly names: readonly string[];
  readonly heading: string;
  /** Markdown, without the heading. */
  readonly body: string;
}

const PAGES = ['docs/verdicts.md', 'docs/errors.md'] as const;

/** Every section of the pages, in their order. */
export function manual(): readonly Section[] {
  return PAGES.flatMap((page) => sectionsOf(readPage(page)));
}

/** The section of a word or a code, however it is spelt in capitals. */
export function sectionNamed(name: string, sections: readonly Section[]): Section | undefined {
  const wanted = name.toLowerCase();
  return sections.find(({ names }) => names.some((each) => each.toLowerCase() === wanted));
}

function readPage(page: string): string {
  try {
    return readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  } catch (error) {
    throw usageError('KC0003', `cannot read ${page} of kcheck`, `${causeOf(error)}. Reinstall it.`);
  }
}

function sectionsOf(page: string): Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const end = text.indexOf('\n');
      const heading = text.slice(0, end);
      return { names: namesIn(heading), heading, body: withoutNextPart(text.slice(end + 1)) };
    });
}

/** `KC0116 Loop without …` is known as KC0116, `race, data race` as either. */
function namesIn(heading: string): string[] {
  const code = /^KC\d{4}/.exec(heading);
  return code === null ? heading.split(', ') : [code[0]];
}

/** The last section of a part of the page is followed by the next part's heading and introduction. */
function withoutNextPart(body: string): string {
  const next = body.search(/^# /m);
  return (next < 0 || isInCode(body, next) ? body : body.slice(0, next)).trim();
}

function isInCode(body: string, at: number): boolean {
  return (body.slice(0, at).match(/^```/gm) ?? []).length % 2 === 1;
}
