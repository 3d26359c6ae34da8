// SPDX-License-Identifier: BSD-2-Clause
// What images and snapshots have in common: permissions of accounts or of all, and product codes.
import type { ProductCode } from '@aws-sdk/client-ec2'
import type { Row } from './cell'

/** Who is permitted: `group`, which is all, or an account's number. */
export interface Permission {
  readonly Group?: string | undefined
  readonly UserId?: string | undefined
}

export const permissionRows = (
  tag: string,
  id: string | undefined,
  permissions: readonly Permission[] | undefined,
): Row[] =>
  (permissions ?? []).flatMap(({ Group, UserId }) => [
    ...(Group === undefined ? [] : [[tag, id, 'group', Group]]),
    ...(UserId === undefined ? [] : [[tag, id, 'userId', UserId]]),
  ])

/** A change as it was asked for. */
export const changedPermissionRows = (
  tag: string,
  id: string,
  change: 'ADD' | 'REMOVE',
  entities: readonly string[],
): Row[] => entities.map(entity => [tag, id, change, entity === 'all' ? 'Group' : 'UserId', entity])

export const productCodeRows = (id: string | undefined, codes: readonly ProductCode[] | undefined): Row[] =>
  (codes ?? []).map(({ ProductCodeId, ProductCodeType }) => [
    'productCodes',
    id,
    'productCode',
    ProductCodeType ? `[${ProductCodeType}: ${ProductCodeId}]` : ProductCodeId,
  ])
