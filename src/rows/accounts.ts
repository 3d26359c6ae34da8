// SPDX-License-Identifier: BSD-2-Clause
import type { Row } from './cell'

interface Account {
  readonly AccountName?: string | undefined
  readonly AccountId?: string | undefined
}

export const accountRow = (account: Account | undefined): Row => [account?.AccountName, account?.AccountId]
