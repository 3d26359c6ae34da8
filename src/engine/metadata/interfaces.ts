// SPDX-License-Identifier: BSD-2-Clause
// What an instance of a VPC is told of its interfaces: `network/interfaces/macs/d0:0d:…/…`.

import { dnsName } from '../ec2/dns-names'
import { namedVpcs } from '../ec2/instance-network-views'
import type { Instance } from '../ec2/schema/instances'
import type { NetworkInterface } from '../ec2/schema/vpc'
import { groupNames } from '../ec2/security-group-records'
import { addressesOn, publicOf } from '../ec2/vpc/interface-addresses'
import { interfacesOf } from '../ec2/vpc/interface-records'
import { blocksOf } from '../ec2/vpc/vpc-blocks'
import type { Tx } from '../operation'
import type { Entry } from './tree'

const entriesOf = (tx: Tx, one: NetworkInterface): readonly Entry[] => {
  const hasNames = namedVpcs(tx)(one.vpcId)
  const nameOf = groupNames(tx)
  const [primary = ''] = one.privateIps
  const given = addressesOn(tx)(one.id)
  const reached = one.privateIps.flatMap(privateIp => {
    const address = publicOf(given, privateIp)
    return address ? [{ privateIp, ip: address.ip }] : []
  })
  const [first] = reached.filter(({ privateIp }) => privateIp === primary)
  const vpc = tx.vpcs.get(one.vpcId)
  return [
    ['device-number', String(one.attachment?.deviceIndex ?? 0)],
    ['interface-id', one.id],
    ...reached.map(({ ip, privateIp }): Entry => [`ipv4-associations/${ip}`, privateIp]),
    ['local-hostname', hasNames ? dnsName(primary, 'internal') : undefined],
    ['local-ipv4s', one.privateIps.join('\n')],
    ['mac', one.macAddress],
    ['owner-id', one.account],
    ['public-hostname', hasNames && first ? dnsName(first.ip, 'localhost') : undefined],
    ['public-ipv4s', reached.length > 0 ? reached.map(({ ip }) => ip).join('\n') : undefined],
    ['security-group-ids', one.groupIds.join('\n')],
    ['security-groups', one.groupIds.map(nameOf).join('\n')],
    ['subnet-id', one.subnetId],
    ['subnet-ipv4-cidr-block', tx.subnets.get(one.subnetId)?.cidr],
    ['vpc-id', one.vpcId],
    ['vpc-ipv4-cidr-block', vpc?.cidr],
    [
      'vpc-ipv4-cidr-blocks',
      vpc &&
        blocksOf(vpc)
          .map(({ cidr }) => cidr)
          .join('\n'),
    ],
  ]
}

/** Outside a VPC there are none. */
export const interfaceEntries = (tx: Tx, { id }: Instance): Entry[] =>
  interfacesOf(tx, id).flatMap(one =>
    entriesOf(tx, one).map(
      ([path, text]): Entry => [`network/interfaces/macs/${one.macAddress}/${path}`, text],
    ),
  )
