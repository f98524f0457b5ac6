/**
 * The rules of SARIF 2.1.0 for the objects that the reporter writes: what is required, which values an
 * enumeration has, which numbers are too small, and that no object has a property that SARIF does not
 * know. Section numbers are those of the OASIS standard.
 */

const message = {
  type: 'object', // 3.11
  required: ['text'],
  properties: { text: { type: 'string', minLength: 1 } },
  additionalProperties: false,
};

const location = {
  type: 'object', // 3.28
  properties: {
    id: { type: 'integer', minimum: -1 },
    physicalLocation: {
      type: 'object', // 3.29
      required: ['artifactLocation'],
      properties: {
        artifactLocation: {
          type: 'object', // 3.4: a URI reference has no space, quote, brace or backslash
          required: ['uri'],
          properties: {
            uri: { type: 'string', pattern: '^[^\\s"<>\\\\^`{}|#?]+$' },
            uriBaseId: { type: 'string' },
          },
          additionalProperties: false,
        },
        region: {
          type: 'object', // 3.30
          required: ['startLine'],
          properties: {
            startLine: { type: 'integer', minimum: 1 },
            startColumn: { type: 'integer', minimum: 1 },
          },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    message: { $ref: '#/$defs/message' },
  },
  additionalProperties: false,
};

const level = { enum: ['none', 'note', 'warning', 'error'] }; // 3.27.10

const codeFlow = {
  type: 'object', // 3.36
  required: ['threadFlows'],
  properties: {
    threadFlows: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object', // 3.37
        required: ['locations'],
        properties: {
          id: { type: 'string' },
          locations: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object', // 3.38
              properties: {
                location: { $ref: '#/$defs/location' },
                executionOrder: { type: 'integer', minimum: -1 },
              },
              additionalProperties: false,
            },
          },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

const result = {
  type: 'object', // 3.27
  required: ['message', 'ruleId', 'locations'],
  properties: {
    ruleId: { type: 'string', minLength: 1 },
    ruleIndex: { type: 'integer', minimum: -1 },
    kind: { enum: ['notApplicable', 'pass', 'fail', 'review', 'open', 'informational'] },
    level,
    message: { $ref: '#/$defs/message' },
    locations: { type: 'array', items: { $ref: '#/$defs/location' } },
    relatedLocations: { type: 'array', uniqueItems: true, items: { $ref: '#/$defs/location' } },
    codeFlows: { type: 'array', items: codeFlow },
    partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
    suppressions: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object', // 3.35
        required: ['kind'],
        properties: { kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

const notification = {
  type: 'object', // 3.58
  required: ['message'],
  properties: {
    level,
    descriptor: {
      type: 'object', // 3.52
      required: ['id'],
      properties: { id: { type: 'string' } },
      additionalProperties: false,
    },
    message: { $ref: '#/$defs/message' },
    locations: { type: 'array', items: { $ref: '#/$defs/location' } },
  },
  additionalProperties: false,
};

const rule = {
  type: 'object', // 3.49
  required: ['id'],
  properties: {
    id: { type: 'string', minLength: 1 },
    shortDescription: { $ref: '#/$defs/message' },
    help: { $ref: '#/$defs/message' },
  },
  additionalProperties: false,
};

const run = {
  type: 'object', // 3.14
  required: ['tool'],
  properties: {
    tool: {
      type: 'object', // 3.18
      required: ['driver'],
      properties: {
        driver: {
          type: 'object', // 3.19
          required: ['name'],
          properties: {
            name: { type: 'string', minLength: 1 },
            rules: { type: 'array', uniqueItems: true, items: rule },
          },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    invocations: {
      type: 'array',
      items: {
        type: 'object', // 3.20
        required: ['executionSuccessful'],
        properties: {
          executionSuccessful: { type: 'boolean' },
          toolConfigurationNotifications: { type: 'array', items: notification },
        },
        additionalProperties: false,
      },
    },
    results: { type: 'array', items: result },
  },
  additionalProperties: false,
};

/** 3.13 */
export const SARIF = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    $schema: { type: 'string', pattern: '^https://' },
    version: { const: '2.1.0' },
    runs: { type: 'array', items: run },
  },
  additionalProperties: false,
  $defs: { message, location },
};
