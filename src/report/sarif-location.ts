/** Places in the terms of SARIF. */

export interface Location {
  readonly physicalLocation?: {
    readonly artifactLocation: ArtifactLocation;
    readonly region: Region;
  };
  readonly message?: Message;
}

interface ArtifactLocation {
  readonly uri: string;
  /** The root of the sources, for a path that is relative. */
  readonly uriBaseId?: string;
}

interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
}

export interface Message {
  readonly text: string;
}

interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Braces in a message stand for its arguments unless they are doubled. */
export function message(text: string): Message {
  return { text: text.replaceAll('{', '{{').replaceAll('}', '}}') };
}

export function locationOf({ file, line, column }: Position, words: string): Location {
  const region = { startLine: line, startColumn: column };
  return {
    physicalLocation: { artifactLocation: artifact(file), region },
    ...(words === '' ? {} : { message: message(words) }),
  };
}

export function artifact(file: string): ArtifactLocation {
  const path = file.split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? { uri: `file://${path}` } : { uri: path, uriBaseId: '%SRCROOT%' };
}
