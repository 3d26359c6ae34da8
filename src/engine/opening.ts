// SPDX-License-Identifier: BSD-2-Clause
// What a folder of an older release lacks is made good when it is opened.
import { cloudAccount } from './iam/accounts'
import { createServiceAccounts } from './iam/system-accounts'
import { tables } from './store/tables'
import { type Surroundings, transact } from './transaction'

export const bringUpToDate = (around: Surroundings): void =>
  around.store.upgrade(tables, () =>
    transact(around, tx => {
      // A first start may have been killed before there was anything.
      if (tx.cloudIdentity.get('cloud')) createServiceAccounts(tx, cloudAccount(tx))
    }),
  )
