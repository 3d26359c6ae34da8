// SPDX-License-Identifier: BSD-2-Clause
// Answers of the query protocol as JSON, for requests that say ContentType=JSON: the same names as in XML, times in seconds
// since 1970. boto 2 reads stacks so.
import type { StaticOperationSchema } from '@smithy/types'
import { membersOf, outputOf } from '../../schemas/shapes'
import type { HttpResponse } from '../http'
import type { Form } from './contracts'
import { writeDocument } from './json-values'

export const asksForJson = ({ values }: Form): boolean => values.get('ContentType') === 'JSON'

/** As `writeQuery`. What has no output has no result either. */
export const writeQueryJson = (
  schema: StaticOperationSchema,
  value: unknown,
  { requestId }: { readonly requestId: string },
): HttpResponse => {
  const [name, shape] = [schema[2], outputOf(schema)]
  const result =
    shape.kind === 'struct'
      ? `"${name}Result":${writeDocument(membersOf(shape), (value ?? {}) as Readonly<Record<string, unknown>>)},`
      : ''
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
    body: `{"${name}Response":{${result}"ResponseMetadata":{"RequestId":"${requestId}"}}}`,
  }
}
