/**
 * As much of JSON Schema (2020-12) as the schemas here use. A keyword that it does not know is an
 * error, so that no rule goes unchecked. `strict`: a property that the schema does not name is wrong.
 */

type Json = unknown;
type Schema = Readonly<Record<string, Json>>;

/** What is wrong with `value`, with the path to it; empty: nothing. */
export function violations(value: Json, schema: Schema, strict = false): string[] {
  return new Validator(schema, strict).check(value, schema, '$');
}

const ANNOTATIONS = ['$schema', '$defs', 'title', 'description'];

class Validator {
  readonly #root: Schema;
  readonly #strict: boolean;

  constructor(root: Schema, strict: boolean) {
    this.#root = root;
    this.#strict = strict;
  }

  check(value: Json, schema: Schema, path: string): string[] {
    return Object.entries(schema)
      .filter(([keyword]) => !ANNOTATIONS.includes(keyword))
      .flatMap(([keyword, rule]) => this.#checkKeyword(value, keyword, rule, path, schema));
  }

  #checkKeyword(value: Json, keyword: string, rule: Json, path: string, schema: Schema): string[] {
    const wrong = (isRight: boolean): string[] =>
      isRight ? [] : [`${path}: ${keyword} ${JSON.stringify(rule)}, not ${JSON.stringify(value)}`];
    switch (keyword) {
      case '$ref':
        return this.check(value, this.#definition(rule as string), path);
      case 'type':
        return wrong([rule].flat().some((type) => isOf(value, type as string)));
      case 'const':
        return wrong(value === rule);
      case 'enum':
        return wrong((rule as Json[]).includes(value));
      case 'minimum':
        return wrong(typeof value !== 'number' || value >= (rule as number));
      case 'maximum':
        return wrong(typeof value !== 'number' || value <= (rule as number));
      case 'minLength':
        return wrong(typeof value !== 'string' || value.length >= (rule as number));
      case 'minItems':
        return wrong(!Array.isArray(value) || value.length >= (rule as number));
      case 'uniqueItems': {
        const items = listOf(value).map((item) => JSON.stringify(item));
        return wrong(rule !== true || new Set(items).size === items.length);
      }
      case 'pattern':
        return wrong(typeof value !== 'string' || new RegExp(rule as string, 'u').test(value));
      case 'anyOf': {
        const ways = (rule as Schema[]).map((each) => this.check(value, each, path));
        return ways.some((way) => way.length === 0) ? [] : [`${path}: none of`, ...ways.flat()];
      }
      case 'items':
        return listOf(value).flatMap((item, index) =>
          this.check(item, rule as Schema, `${path}[${index}]`),
        );
      case 'required':
        return (rule as string[])
          .filter((name) => isRecord(value) && !Object.hasOwn(value, name))
          .map((name) => `${path}: no ${name}`);
      case 'properties':
        return this.#checkProperties(value, rule as Readonly<Record<string, Schema>>, path, schema);
      case 'additionalProperties':
        return rule === false
          ? unnamed(value, schema, path)
          : this.#checkOthers(value, rule, path, schema);
      default:
        throw new Error(`unknown keyword ${keyword} at ${path}`);
    }
  }

  #checkProperties(
    value: Json,
    rules: Readonly<Record<string, Schema>>,
    path: string,
    schema: Schema,
  ): string[] {
    if (!isRecord(value)) return [];
    const named = Object.entries(rules)
      .filter(([name]) => Object.hasOwn(value, name))
      .flatMap(([name, rule]) => this.check(value[name], rule, `${path}.${name}`));
    return this.#strict ? [...named, ...unnamed(value, schema, path)] : named;
  }

  #checkOthers(value: Json, rule: Json, path: string, schema: Schema): string[] {
    const named = Object.keys(schema['properties'] ?? {});
    return Object.entries(isRecord(value) ? value : {})
      .filter(([name]) => !named.includes(name))
      .flatMap(([name, each]) => this.check(each, rule as Schema, `${path}.${name}`));
  }

  #definition(reference: string): Schema {
    const definitions = this.#root['$defs'] as Readonly<Record<string, Schema>>;
    const found = definitions[reference.replace('#/$defs/', '')];
    if (found === undefined) throw new Error(`no definition ${reference}`);
    return found;
  }
}

function unnamed(value: Json, schema: Schema, path: string): string[] {
  const named = Object.keys(schema['properties'] ?? {});
  return Object.keys(isRecord(value) ? value : {})
    .filter((name) => !named.includes(name))
    .map((name) => `${path}: ${name} is not in the schema`);
}

function isRecord(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function isOf(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
