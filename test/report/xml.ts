/** A reader of XML without namespaces, declarations and comments; throws where it is not well-formed. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
}

const TOKEN = /<(\/?)([a-z-]+)((?: [a-zA-Z]+="[^"<]*")*)(\/?)>|([^<]+)/gy;

export function parseXml(source: string): Element {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!source.startsWith(head)) throw new Error('no XML declaration');
  const open: Open[] = [{ name: '', attributes: {}, children: [], text: '' }];
  let at = head.length;
  TOKEN.lastIndex = at;
  for (let token = TOKEN.exec(source); token !== null; token = TOKEN.exec(source)) {
    at = TOKEN.lastIndex;
    const [, slash, name = '', attributes = '', closed, text] = token;
    const top = open.at(-1) as Open;
    if (text !== undefined) top.text += unescaped(text);
    else if (slash === '') {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      (closed === '/' ? top.children : open).push(element);
    } else {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
      open.at(-1)?.children.push(top);
    }
  }
  const [root] = open;
  if (at !== source.length || open.length !== 1)
    throw new Error(`broken at ${source.slice(at, at + 40)}`);
  const [only] = root?.children ?? [];
  if (only === undefined || root?.children.length !== 1) throw new Error('not one root');
  return only;
}

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([a-zA-Z]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#10': '\n',
};

function unescaped(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what XML 1.0 does not allow
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.test(text)) throw new Error('control character');
  return text.replaceAll(/&([^;]*;?)/g, (_, name: string) => {
    const value = ENTITIES[name.slice(0, -1)];
    if (value === undefined) throw new Error(`unknown entity &${name}`);
    return value;
  });
}
