// SPDX-License-Identifier: BSD-2-Clause
// The EC2 query protocol.
//
//   readEc2(schema, form, rules?)                        parameters → the operation's input
//   writeEc2(schema, output, { requestId, version })     the operation's output → the answer
//
// Reading is strict, as Eucalyptus' compute service is: a parameter that the operation does not know is refused, at the
// protocol level and by name, because a misspelt option that is ignored starts the wrong instance.
import type { StaticOperationSchema } from '@smithy/types'
import { inputOf, type Member, oncePer, outputOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpResponse } from '../http'
import type { Form, ReadRules } from './contracts'
import { refuseProtocol } from './errors'
import { treeOf, unread } from './form'
import { formReader } from './form-reader'
import { structWriter } from './xml-writer'

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const readInput = formReader({
  memberName: ({ name, shape }: Member) => shape.traits.ec2QueryName ?? capital(shape.traits.xmlName ?? name),
  listName: () => undefined,
  missing: (_, path) => refuse('MissingParameter', `The request must contain the parameter ${path}`),
})

const ENVELOPE = new Set([
  'Action',
  'Operation',
  'Version',
  'AWSAccessKeyId',
  'Timestamp',
  'Expires',
  'SecurityToken',
  'AUTHPARAMS',
])

/** True for the parameters that belong to the request rather than to its operation: action, version, signature. */
export const isEnvelope = (name: string): boolean =>
  ENVELOPE.has(name) || name.startsWith('Signature') || /^x-amz-/i.test(name)

const input = oncePer((schema: StaticOperationSchema) => readInput(inputOf(schema)))

/**
 * Read a request's parameters. Refuses unknown ones (400, protocol level), values of the wrong form
 * (`InvalidParameterValue`) and missing members (`MissingParameter`).
 */
export const readEc2 = (
  schema: StaticOperationSchema,
  form: Form,
  rules: ReadRules = {},
): Record<string, unknown> => {
  const tree = treeOf(form.values, isEnvelope)
  const value = input(schema)(tree, rules.optional) ?? {}
  if (tree.children) {
    const unknown = unread(tree)
    // The wording and the line for each parameter are those of Eucalyptus' binding.
    if (unknown.length > 0) {
      const lines = unknown.map(([name, text]) => `${name} = ${text}\n`)
      refuseProtocol(400, `Failed to bind the following fields:\n${lines.join('')}`)
    }
  }
  return value
}

const LATEST = '2016-11-15'

/** Namespace of an answer: the version asked for when it looks like one, else the schemas' own. */
export const ec2Namespace = (version: string | undefined): string =>
  `http://ec2.amazonaws.com/doc/${version && /^\d{4}-\d\d-\d\d$/.test(version) ? version : LATEST}/`

const output = oncePer((schema: StaticOperationSchema) => {
  const shape = outputOf(schema)
  // An operation without an output says that it succeeded.
  return shape.kind === 'struct' ? structWriter(shape).content : () => '<return>true</return>'
})

/** The answer of an operation that succeeded. `version` is the request's. */
export const writeEc2 = (
  schema: StaticOperationSchema,
  value: unknown,
  { requestId, version }: { readonly requestId: string; readonly version?: string },
): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml; charset=UTF-8' },
  body:
    `<?xml version="1.0" encoding="UTF-8"?>\n<${schema[2]}Response xmlns="${ec2Namespace(version)}">` +
    `<requestId>${requestId}</requestId>${output(schema)(value ?? {})}</${schema[2]}Response>`,
})
