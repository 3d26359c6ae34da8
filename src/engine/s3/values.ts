// SPDX-License-Identifier: BSD-2-Clause
// What conditions of policies may look at of a request: AWS' keys, each absent where the request does not say it. What is
// known of the signature comes with the request itself (s3-door.ts).
import type { Demand } from '../access'
import type { Tx } from '../operation'
import type { AclHeaders } from './acls'
import { type Circumstances, keyDemand, type Values } from './demands'
import type { LockHeaders } from './locks'
import type { KeyOperation } from './rights'
import type { Bucket, NameValue } from './schema'

// An empty text is a value: `prefix=` is a prefix.
const said = (value: string | number | undefined): readonly string[] | undefined =>
  value === undefined ? undefined : [String(value)]

export interface ListInput {
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
  readonly MaxKeys?: number | undefined
}

export const listValues = ({ Prefix, Delimiter, MaxKeys }: ListInput): Values => ({
  's3:prefix': said(Prefix),
  's3:delimiter': said(Delimiter),
  's3:max-keys': said(MaxKeys),
})

export const aclValues = (input: AclHeaders): Values => ({
  's3:x-amz-acl': said(input.ACL),
  's3:x-amz-grant-full-control': said(input.GrantFullControl),
  's3:x-amz-grant-read': said(input.GrantRead),
  's3:x-amz-grant-write': said(input.GrantWrite),
  's3:x-amz-grant-read-acp': said(input.GrantReadACP),
  's3:x-amz-grant-write-acp': said(input.GrantWriteACP),
})

/** Whether a request says in its headers who may do what. */
export const saysAcl = (input: AclHeaders): boolean =>
  [
    ...[input.ACL, input.GrantFullControl, input.GrantRead, input.GrantWrite],
    ...[input.GrantReadACP, input.GrantWriteACP],
  ].some(header => header !== undefined)

export const tagValues = (tags: readonly Partial<NameValue>[]): Values => ({
  ...Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [`s3:requestobjecttag/${Key}`, [Value]])),
  's3:requestobjecttagkeys': tags.map(({ Key = '' }) => Key),
})

const dayMs = 24 * 3600 * 1000

export const lockValues = (tx: Tx, input: LockHeaders): Values => {
  const until = input.ObjectLockRetainUntilDate
  const days = until && Math.ceil((until.getTime() - tx.now.getTime()) / dayMs)
  return {
    's3:object-lock-mode': said(input.ObjectLockMode),
    's3:object-lock-retain-until-date': said(until?.toISOString()),
    's3:object-lock-remaining-retention-days': said(days),
    's3:object-lock-legal-hold': said(input.ObjectLockLegalHoldStatus),
  }
}

export interface StoringInput extends AclHeaders, LockHeaders {
  readonly StorageClass?: string | undefined
  readonly Tagging?: string | undefined
  readonly MetadataDirective?: string | undefined
}

const storingValues = (tx: Tx, input: StoringInput): Values => ({
  ...aclValues(input),
  ...lockValues(tx, input),
  ...(input.Tagging === undefined
    ? {}
    : tagValues([...new URLSearchParams(input.Tagging)].map(([Key, Value]) => ({ Key, Value })))),
  's3:x-amz-storage-class': said(input.StorageClass),
  's3:x-amz-metadata-directive': said(input.MetadataDirective),
})

/** Leave to store something under a key, with all that the request says of it. Who stores it may say who else reads it. */
export const storingDemands = (
  tx: Tx,
  bucket: Bucket,
  key: string,
  operation: KeyOperation,
  input: StoringInput & { readonly copySource?: string; readonly copiesTags?: boolean },
  circumstances: Omit<Circumstances, 'values' | 'action'> = {},
): readonly Demand[] => {
  const values = (): Values => ({
    ...storingValues(tx, input),
    's3:x-amz-copy-source': said(input.copySource),
  })
  const one = (action?: string): Demand =>
    keyDemand(tx, bucket, key, operation, { ...circumstances, values, action })
  return [
    one(),
    ...(saysAcl(input) ? [one('PutObjectAcl')] : []),
    ...(input.Tagging !== undefined || input.copiesTags ? [one('PutObjectTagging')] : []),
    ...(input.ObjectLockMode !== undefined || input.ObjectLockRetainUntilDate !== undefined
      ? [one('PutObjectRetention')]
      : []),
    ...(input.ObjectLockLegalHoldStatus !== undefined ? [one('PutObjectLegalHold')] : []),
  ]
}
