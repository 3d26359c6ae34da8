// SPDX-License-Identifier: BSD-2-Clause
// What an account has of networks, for when the account is to go.
import type { Tx } from '../../operation'
import { forgetTags } from '../../tags'
import type { SecurityGroup } from '../schema/network'
import { defaultGroupId } from '../security-group-records'
import { endPeeringsOf } from './peering-records'

interface Owned {
  readonly account: string
  readonly id: string
}

/** Whether a group came with its account's default VPC. */
export const isOfDefaultVpc = ({ id, account, vpcId }: SecurityGroup): boolean =>
  vpcId !== undefined && id === defaultGroupId(account)

const isThere = (record: { readonly state?: string }): boolean => record.state !== 'deleted'

const networkTables = (tx: Tx) => [
  tx.vpcs,
  tx.subnets,
  tx.dhcpOptions,
  tx.internetGateways,
  tx.routeTables,
  tx.natGateways,
  tx.networkAcls,
  tx.networkInterfaces,
  tx.customerGateways,
  tx.vpnGateways,
  tx.vpnConnections,
  tx.vpcPeeringConnections,
]

/** Whether there is something that somebody made on purpose, beyond the default VPC. */
export const hasNetworks = (tx: Tx, account: string): boolean =>
  tx.vpcs.list().some(vpc => vpc.account === account && !vpc.isDefault) ||
  [tx.networkInterfaces, tx.natGateways, tx.customerGateways, tx.vpnGateways, tx.vpnConnections].some(table =>
    (table.list() as readonly (Owned & { state?: string })[]).some(
      one => one.account === account && isThere(one),
    ),
  )

export const removeNetworks = (tx: Tx, account: string): void => {
  // Those of other accounts are kept, as ended ones.
  for (const { id } of tx.vpcs.list().filter(vpc => vpc.account === account)) endPeeringsOf(tx, id)
  for (const table of networkTables(tx)) {
    for (const { id } of (table.list() as readonly Owned[]).filter(one => one.account === account)) {
      table.delete(id)
      // A peering connection has tags of the other account, too.
      forgetTags(tx, id)
    }
  }
}
