// SPDX-License-Identifier: BSD-2-Clause
// What a folder of an older release lacks is made good when it is opened.
import { cloudAccount } from './iam/accounts'
import { createServiceAccounts, lacksServiceAccounts } from './iam/system-accounts'
import { tables } from './store/tables'
import { type Surroundings, transact } from './transaction'

export const bringUpToDate = (around: Surroundings): void => {
  around.store.upgrade(tables)
  const isOld = transact(
    around,
    tx => tx.cloudIdentity.get('cloud') !== undefined && lacksServiceAccounts(tx),
    {
      reads: true,
    },
  )
  if (isOld) transact(around, tx => createServiceAccounts(tx, cloudAccount(tx)))
}
