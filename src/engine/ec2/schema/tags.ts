// SPDX-License-Identifier: BSD-2-Clause
import { table } from '../../store/table'

/** A tag belongs to the account that made it: on an image that is shared, each account sees its own. */
export interface TagRecord {
  readonly account: string
  readonly resourceId: string
  readonly key: string
  readonly value: string
}

export const tagTables = {
  tags: table<TagRecord>({ scope: 'account', key: tag => [tag.resourceId, tag.key] }),
}
