// SPDX-License-Identifier: BSD-2-Clause
// The EC2 query protocol.
//
//   readEc2(schema, form, rules?)                        parameters → the operation's input
//   writeEc2(schema, output, { requestId, version })     the operation's output → the answer
//
// Reading is strict, as Eucalyptus' compute service is: a parameter that the operation does not know is refused, at the
// protocol level and by name, because a misspelt option that is ignored starts the wrong instance.
import type { StaticOperationSchema } from '@smithy/types'
import { oncePer } from '../../schemas/once-per'
import { inputOf, type Member, outputOf } from '../../schemas/shapes'
import { refuse } from '../errors'
import type { HttpResponse } from '../http'
import type { Form, ReadRules } from './contracts'
import { asOlder } from './ec2-older'
import { refuseProtocol } from './errors'
import { treeOf, unread } from './form'
import { formReader } from './form-reader'
import { readInteger } from './values'
import { structWriter } from './xml-writer'

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

const readInput = formReader({
  memberName: ({ name, shape }: Member) => shape.traits.ec2QueryName ?? capital(shape.traits.xmlName ?? name),
  listName: () => undefined,
  // The schemas do not tell whole numbers from others; what this cloud is asked for in numbers is counted.
  number: readInteger,
  // `InstanceId=` names no instance: to end none is not what anybody meant.
  emptyIsMissing: true,
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

// All that there have been: an answer is in the version that was asked for, and in the latest when there is no such one.
const VERSIONS = new Set(
  `2006-06-26 2006-10-01 2007-01-03 2007-01-19 2007-03-01 2007-08-29 2008-02-01 2008-05-05 2008-08-08 2008-12-01
   2009-03-01 2009-04-04 2009-07-15 2009-08-15 2009-10-31 2009-11-30 2010-06-15 2010-08-31 2010-11-15 2011-01-01
   2011-02-28 2011-05-15 2011-07-15 2011-11-01 2011-12-01 2011-12-15 2012-03-01 2012-04-01 2012-05-01 2012-06-01
   2012-06-15 2012-07-20 2012-08-15 2012-10-01 2012-11-15 2012-12-01 2013-02-01 2013-06-15 2013-07-15 2013-08-15
   2013-10-01 2013-10-15 2014-02-01 2014-05-01 2014-06-15 2014-09-01 2014-10-01 2015-03-01 2015-04-15 2015-10-01
   2016-04-01 2016-09-15 2016-11-15`.split(/\s+/),
)

const versionOf = (asked: string | undefined): string => (asked && VERSIONS.has(asked) ? asked : LATEST)

/** Namespace of an answer in a version of the API. */
export const ec2Namespace = (version: string | undefined): string =>
  `http://ec2.amazonaws.com/doc/${versionOf(version)}/`

const output = oncePer((schema: StaticOperationSchema) => {
  const shape = outputOf(schema)
  // An operation without an output says that it succeeded.
  return shape.kind === 'struct' ? structWriter(shape).content : () => '<return>true</return>'
})

export interface Ec2Context {
  readonly requestId: string
  /** The request's. */
  readonly version?: string | undefined
  /** Of a service whose answers are not in EC2's. */
  readonly namespace?: string | undefined
}

/** The answer of an operation that succeeded. */
export const writeEc2 = (
  schema: StaticOperationSchema,
  value: unknown,
  { requestId, version, namespace = ec2Namespace(version) }: Ec2Context,
): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'application/xml; charset=UTF-8', 'x-amzn-requestid': requestId },
  body:
    `<?xml version="1.0" encoding="UTF-8"?>\n<${schema[2]}Response xmlns="${namespace}">` +
    `<requestId>${requestId}</requestId>` +
    `${output(schema)((versionOf(version) < LATEST ? asOlder(value) : value) ?? {})}</${schema[2]}Response>`,
})
