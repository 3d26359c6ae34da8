// SPDX-License-Identifier: BSD-2-Clause
// What policies call the things that networks are made of, and what their conditions may look at. Those of a VPC have its
// ARN as `ec2:Vpc`, as with AWS; each has its own id as `ec2:VpcID`, `ec2:SubnetID` and so on, and its tags.
import type { Demand } from '../../access'
import type { Tx } from '../../operation'
import { kinds, type NetworkKind, type NetworkThing } from '../vpc/kinds'
import { of } from './on'
import { any, arn, type ById, owned, regional, tagsOn, thing, type Values } from './resources'

/** `ec2:SubnetID`, `ec2:NetworkInterfaceID`: keys are compared without regard to case. */
const idKey = ({ type }: NetworkKind): string =>
  `ec2:${type
    .split('-')
    .map(word => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}ID`

const arnType = ({ arnType, type }: NetworkKind): string => arnType ?? type

interface Situated extends NetworkThing {
  readonly zone?: string
  readonly subnetId?: string
}

/** The ARN of a thing as conditions have it, in the caller's account unless another is said. */
export const networkArn = (tx: Tx, kind: NetworkKind, id: string, account?: string): string =>
  arn(tx, arnType(kind), id, account)

/** What is asked about a thing that has a record. */
export const networkDemand =
  <R extends Situated>(kind: NetworkKind<R>) =>
  (tx: Tx, record: R): Demand => ({
    resource: networkArn(tx, kind, record.id, record.account),
    context: regional(tx, {
      [idKey(kind)]: record.id,
      'ec2:Vpc': record.vpcId && networkArn(tx, kinds.vpc, record.vpcId, record.account),
      'ec2:Subnet': record.subnetId && networkArn(tx, kinds.subnet, record.subnetId, record.account),
      'ec2:AvailabilityZone': record.zone,
      ...tagsOn(tx, record.id, record.account),
    }),
  })

/** A thing by its id as typed; one that is not there, or not the caller's, by that text. */
export const networkById =
  (kind: NetworkKind): ById =>
  (tx, text) => {
    const id = text.toLowerCase()
    const record = id === any ? undefined : owned(tx, kind.find(tx, id))
    return record ? networkDemand(kind)(tx, record) : thing(tx, arnType(kind), id)
  }

/** Something new of a kind, with what conditions may look at. */
export const newInNetwork = (tx: Tx, kind: NetworkKind, context: Values = {}): Demand =>
  thing(tx, arnType(kind), any, context)

/** `onNetwork.subnet('SubnetId')`: the subnet that is named there. */
export const onNetwork = {
  vpc: of(networkById(kinds.vpc)),
  subnet: of(networkById(kinds.subnet)),
  dhcpOptions: of(networkById(kinds.dhcpOptions)),
  internetGateway: of(networkById(kinds.internetGateway)),
  routeTable: of(networkById(kinds.routeTable)),
  natGateway: of(networkById(kinds.natGateway)),
  networkAcl: of(networkById(kinds.networkAcl)),
  networkInterface: of(networkById(kinds.networkInterface)),
  customerGateway: of(networkById(kinds.customerGateway)),
  vpnGateway: of(networkById(kinds.vpnGateway)),
  vpnConnection: of(networkById(kinds.vpnConnection)),
  peeringConnection: of(networkById(kinds.peeringConnection)),
}

/** For whoever has an id alone. */
export const networksByPrefix: Readonly<Record<string, ById>> = Object.fromEntries(
  Object.values(kinds).map(kind => [kind.prefix, networkById(kind)]),
)
