// SPDX-License-Identifier: BSD-2-Clause
import { CatalogError } from './errors'

/** An image as the catalog document has it. Unknown keys are kept, and of no effect. */
export interface CatalogEntry {
  readonly name: string
  readonly url: string
  readonly architecture?: string
  readonly description?: string
  readonly version?: string
  readonly os?: string
  readonly date?: string
  readonly stamp?: string
  readonly recipe?: string
  readonly contact?: string
  readonly 'single-kernel'?: string | boolean
  readonly 'hypervisors-supported'?: readonly string[]
  readonly md5?: string
  /** Bytes of the tarball; an addition of ours, optional. */
  readonly size?: number
}

export interface CatalogDocument {
  readonly version?: string
  readonly images: readonly CatalogEntry[]
}

// Control characters would let a catalog write to its reader's terminal.
const line = { type: 'string', maxLength: 4096, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' }
const word = { ...line, minLength: 1, maxLength: 255 }

const schema = {
  type: 'object',
  required: ['images'],
  properties: {
    version: line,
    images: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        required: ['name', 'url'],
        properties: {
          name: word,
          url: { ...line, minLength: 1 },
          architecture: word,
          description: line,
          version: line,
          os: line,
          date: line,
          stamp: line,
          recipe: line,
          contact: line,
          'single-kernel': { anyOf: [{ type: 'boolean' }, line] },
          'hypervisors-supported': { type: 'array', maxItems: 100, items: word },
          md5: { type: 'string', pattern: '^[0-9A-Fa-f]{32}$' },
          size: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        },
      },
    },
  },
} as const

/** Text of a catalog, or a `MalformedCatalog` error that says where it is wrong. `from` is where the text came from. */
export const parseCatalog = async (text: string, from: string): Promise<CatalogDocument> => {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    throw new CatalogError('MalformedCatalog', `${from} is not a catalog of images: it is not JSON`, {
      cause: error,
    })
  }
  const { Ajv } = await import('ajv')
  const validate = new Ajv({ strict: false, allowUnionTypes: true }).compile<CatalogDocument>(schema)
  if (validate(document)) return document
  const error = validate.errors?.[0]
  throw new CatalogError(
    'MalformedCatalog',
    `${from} is not a catalog of images: ${error?.instancePath || 'it'} ${error?.message ?? 'is malformed'}`,
  )
}
