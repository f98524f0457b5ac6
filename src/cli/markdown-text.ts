/** Markdown, as much of it as the shipped pages have, as text for a terminal or a mail. */
import { wrap } from '../report/words.ts';

const CODE = /^```(\w*)\n([^]*?)^```$/gm;

/** Paragraphs are filled to `width`; code is left alone, and indented unless it is a terminal's. */
export function markdownText(markdown: string, width: number): string {
  const blocks: string[] = [];
  let from = 0;
  for (const code of markdown.matchAll(CODE)) {
    blocks.push(
      ...paragraphs(markdown.slice(from, code.index), width),
      codeBlock(code[2] ?? '', code[1] === 'console' ? '' : '  '),
    );
    from = code.index + code[0].length;
  }
  blocks.push(...paragraphs(markdown.slice(from), width));
  return `${blocks.join('\n\n')}\n`;
}

function codeBlock(code: string, indent: string): string {
  const lines = code.trimEnd().split('\n');
  return lines.map((line) => (line === '' ? '' : indent + line)).join('\n');
}

function paragraphs(markdown: string, width: number): string[] {
  return markdown
    .split(/\n\n+/)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => filled(plain(paragraph.trim()), width));
}

function filled(paragraph: string, width: number): string {
  const items = paragraph.split(/\n(?=- )/).map((item) => item.replaceAll(/\s+/g, ' '));
  return items.flatMap((item) => wrap(item, width, item.startsWith('- ') ? 2 : 0)).join('\n');
}

/** Links become their words, code its text, emphasis nothing. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll(/`([^`]+)`/g, '$1')
    .replaceAll(/(?<!\w)_([^_]+)_(?!\w)/g, '$1');
}
