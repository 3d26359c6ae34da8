// SPDX-License-Identifier: BSD-2-Clause
// The AWS query protocol, which identity, tokens, scaling, balancing, metrics and stacks speak.
//
//   readQuery(schema, form, rules?)                        parameters → the operation's input
//   writeQuery(schema, output, { requestId, namespace })   the operation's output → the answer
//
// Unknown parameters are ignored, as Eucalyptus does everywhere but in compute.
import type { StaticOperationSchema } from '@smithy/types'
import { oncePer } from '../../schemas/once-per'
import { inputOf, type Member, outputOf, type Shape } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpResponse } from '../http'
import type { Form, ReadRules } from './contracts'
import { isEnvelope } from './ec2'
import { treeOf } from './form'
import { formReader } from './form-reader'
import { readNumber } from './values'
import { escapeText } from './xml-text'
import { structWriter } from './xml-writer'

const camel = (path: string): string => path.charAt(0).toLowerCase() + path.slice(1)

type Missing = (member: string) => never

// AWS' identity service words it so.
const missingMember: Missing = path =>
  refuse(
    'ValidationError',
    `1 validation error detected: Value null at '${camel(path)}' failed to satisfy constraint: ` +
      'Member must not be null',
  )

// Readers are compiled, so that each service's words for what is missing have readers of their own.
const readersWith = oncePer((missing: Missing) => {
  const readInput = formReader({
    memberName: ({ name, shape }: Member) => shape.traits.xmlName ?? name,
    listName: (list: Shape, element: Shape) =>
      list.traits.xmlFlattened ? undefined : (element.traits.xmlName ?? 'member'),
    number: readNumber,
    emptyIsMissing: false,
    missing: (_, path) => missing(path),
  })
  return oncePer((schema: StaticOperationSchema) => readInput(inputOf(schema)))
})

/** Read a request's parameters. Refuses values of the wrong form (`InvalidParameterValue`) and missing members (`ValidationError`). */
export const readQuery = (
  schema: StaticOperationSchema,
  form: Form,
  rules: ReadRules = {},
): Record<string, unknown> =>
  readersWith(rules.missing ?? missingMember)(schema)(treeOf(form.values, isEnvelope), rules.optional) ?? {}

const output = oncePer((schema: StaticOperationSchema) => {
  const shape = outputOf(schema)
  const name = schema[2]
  if (shape.kind !== 'struct') return () => ''
  const { content } = structWriter(shape)
  return (value: unknown) => `<${name}Result>${content(value)}</${name}Result>`
})

/** The answer of an operation that succeeded, in the service's namespace. */
export const writeQuery = (
  schema: StaticOperationSchema,
  value: unknown,
  { requestId, namespace }: { readonly requestId: string; readonly namespace: string },
): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml; charset=UTF-8', 'x-amzn-requestid': requestId },
  body:
    `<?xml version="1.0" encoding="UTF-8"?>\n<${schema[2]}Response xmlns="${escapeText(namespace)}">` +
    `${output(schema)(value ?? {})}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
    `</${schema[2]}Response>`,
})
