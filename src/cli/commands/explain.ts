/** `kcheck explain`: an error code or a word of a verdict, from the pages that are shipped. */
import { usageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { manual, sectionNamed } from '../manual.ts';
import type { Section } from '../manual.ts';
import { markdownText } from '../markdown-text.ts';
import { suggestion } from '../suggest.ts';
import type { Terminal } from '../terminal.ts';

/** A mail keeps lines of 75 columns. */
const WIDTH = 75;

/** The words of a name may be quoted or not: `explain data race`. */
export function explain(words: readonly string[], terminal: Terminal): number {
  const name = words.join(' ');
  const sections = manual();
  const section = sectionNamed(name, sections);
  if (section === undefined) throw unknown(name, sections);
  terminal.out(`${section.heading}\n\n${markdownText(section.body, WIDTH)}`);
  return ExitCode.asExpected;
}

function unknown(name: string, sections: readonly Section[]): Error {
  const names = sections.flatMap((section) => section.names);
  const isCode = /^kc\d*$/i.test(name);
  const alike = names.filter((each) => /^KC\d{4}$/.test(each) === isCode);
  return usageError('KC0031', `nothing to explain by the name ${name}`, suggestion(name, alike));
}
