// SPDX-License-Identifier: BSD-2-Clause
// Operations of the SDK with what HTTP has and the API's description leaves out: a header, a status.
import { GetObject$, type GetObjectRequest, PutBucketPolicy$, PutBucketTagging$ } from '@aws-sdk/client-s3'
import type { StaticOperationSchema, StaticStructureSchema } from '@smithy/types'

export type GetObjectIfRangeRequest = GetObjectRequest & {
  /** An entity tag or a time: of what the client has the other part of. */
  readonly IfRange?: string
}

const withHeader = (schema: StaticOperationSchema, name: string, header: string): StaticOperationSchema => {
  const [kind, namespace, operation, traits, input, output] = schema
  // The SDK writes an operation's input as the structure itself or as a function that gives it.
  const shape = (typeof input === 'function' ? input() : input) as StaticStructureSchema
  const [shapeKind, shapeNamespace, shapeName, shapeTraits, members, types, ...rest] = shape
  const extended = [
    shapeKind,
    shapeNamespace,
    shapeName,
    shapeTraits,
    // Members that are required stand first, so what is added comes last. 0 is a string.
    [...members, name],
    [...types, [0, { httpHeader: header }]],
    ...rest,
  ] as unknown as StaticStructureSchema
  return [kind, namespace, operation, traits, extended, output]
}

export const GetObjectIfRange$ = withHeader(GetObject$, 'IfRange', 'If-Range')

/** Answered with 204, like a removal. */
const withoutContent = (schema: StaticOperationSchema): StaticOperationSchema => {
  const [kind, namespace, name, traits, input, output] = schema
  const { http, ...rest } = traits as {
    readonly http: readonly [method: string, path: string, status: number]
  }
  return [kind, namespace, name, { ...rest, http: [http[0], http[1], 204] }, input, output]
}

export const PutBucketPolicyNoContent$ = withoutContent(PutBucketPolicy$)
export const PutBucketTaggingNoContent$ = withoutContent(PutBucketTagging$)
