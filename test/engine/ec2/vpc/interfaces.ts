// SPDX-License-Identifier: BSD-2-Clause
// A VPC with what interfaces need, for tests: two subnets in two zones, the gateway to the outside, and an instance.

import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { autoAddressInVpc } from '../../../../src/engine/ec2/vpc/interface-addresses'
import { attachInterface, makeInterface } from '../../../../src/engine/ec2/vpc/interface-records'
import type { Clients, Cloud } from '../../../support/cloud'
import { haveInstance } from '../instance'

/** The default VPC of an account, and its subnets by zone. */
export const homeOf = (c: Cloud, who: Clients = c) =>
  c.engine.read(tx => {
    const vpc = defaultVpc(tx, who.accountId)
    const subnets = tx.subnets.list().filter(({ vpcId }) => vpcId === vpc?.id)
    const inZone = (zone: string) => subnets.find(subnet => subnet.zone === zone)?.id ?? ''
    const group = tx.securityGroups.list().find(({ vpcId }) => vpcId === vpc?.id)
    return {
      vpcId: vpc?.id ?? '',
      groupId: group?.id ?? '',
      subnetId: inZone('PARTI00'),
      otherSubnetId: inZone('PARTI01'),
    }
  })

/** An instance in the first subnet, with its primary interface; gives the id of that. */
export const haveInstanceInVpc = (
  c: Cloud,
  id: string,
  about: { readonly who?: Clients; readonly isPublic?: boolean; readonly instanceType?: string } = {},
): string => {
  const { who = c, isPublic = false, instanceType = 'm1.small' } = about
  const { subnetId, vpcId, groupId } = homeOf(c, who)
  const place = { subnetId, vpcId, groupIds: [groupId], zone: 'PARTI00' }
  haveInstance(c, { id, account: who.accountId, instanceType, ...place })
  return c.engine.write(tx => {
    const one = makeInterface(tx, { subnet: tx.subnets.must(subnetId), groupIds: [groupId] })
    const primary = attachInterface(tx, one, { instanceId: id, deviceIndex: 0, deleteOnTermination: true })
    if (isPublic) autoAddressInVpc(tx, primary)
    return primary.id
  })
}
