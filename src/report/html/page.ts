/** The page: a template, its style and its scripts in one file that asks for nothing else. */
import type { PageData } from './data.ts';

/** One scope, in this order. */
const SCRIPTS = ['dom', 'trace', 'arrows', 'memory', 'source', 'chart', 'run', 'overview', 'main'];

/** `template` gives the text of a file below templates/. */
export function page(data: PageData, template: (name: string) => string): string {
  const text = (name: string): string => template(`report/${name}`);
  const parts: Readonly<Record<string, string>> = {
    style: text('style.css'),
    data: embedded(data),
    script: SCRIPTS.map((name) => withoutModules(text(`${name}.js`))).join('\n'),
  };
  return text('page.html').replaceAll(/%(style|data|script)%/g, (_, name: string) => {
    return parts[name] ?? '';
  });
}

/** The scripts are modules where they are written; in the page they share one scope. */
function withoutModules(script: string): string {
  return script.replaceAll(/^import [^;]*;\n/gm, '').replaceAll(/^export /gm, '');
}

/** Whatever a spec is called, the text ends no element and opens no comment. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}
