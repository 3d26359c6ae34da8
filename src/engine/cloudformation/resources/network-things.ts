// SPDX-License-Identifier: BSD-2-Clause
// What the types of networks have in common: most are made with tags, known by their ids, and removed once nothing depends
// on them any more.
import type { Made, Progress, Work } from './contracts'
import { type OwnTag, tagged } from './ec2-tags'
import { onceNot, removed } from './removal'
import { services } from './services'

export const ask = <Output = object>(work: Work, operation: string, input: object): Output =>
  work.call<Output>(services.ec2, operation, input)

/** A new thing that is known by its id. */
export const thing = (
  work: Work,
  id: string,
  attributes: Made['attributes'],
  own?: readonly OwnTag[],
): Made => ({ physicalId: id, ref: id, attributes, memory: tagged(work, id, own) })

/** The same thing with the tags that it is to have now. */
export const retagged = (work: Work, made: Made, own?: readonly OwnTag[]): Made => ({
  ...made,
  memory: { ...made.memory, ...tagged(work, made.physicalId, own, made) },
})

/** What has no id of its own gets a name that is made up. */
export const nameless = (work: Work, more: Partial<Made> = {}): Made => {
  const name = work.newName()
  return { physicalId: name, ref: name, attributes: {}, ...more }
}

/** What it is refused with when it, or what it is of, is gone. */
const absent = [
  ...[
    'InvalidVpcID.NotFound',
    'InvalidVpcCidrBlockAssociationID.NotFound',
    'InvalidSubnetID.NotFound',
    'InvalidDhcpOptionID.NotFound',
  ],
  ...['InvalidInternetGatewayID.NotFound', 'Gateway.NotAttached', 'InvalidRouteTableID.NotFound'],
  ...['InvalidRoute.NotFound', 'InvalidAssociationID.NotFound', 'NatGatewayNotFound'],
  ...['InvalidNetworkAclID.NotFound', 'InvalidNetworkAclEntry.NotFound'],
  ...['InvalidNetworkInterfaceID.NotFound', 'InvalidAttachmentID.NotFound'],
  ...['InvalidCustomerGatewayID.NotFound', 'InvalidVpnGatewayID.NotFound'],
  ...['InvalidVpnGatewayAttachment.NotFound', 'InvalidVpnConnectionID.NotFound'],
  ...['InvalidVpcPeeringConnectionID.NotFound'],
]

/** What is waited for to end: what depends on it may be on its way out, of this stack or of another. */
const occupied = [
  ...['DependencyViolation', 'InvalidNetworkInterface.InUse', 'InvalidCidrBlock.InUse', 'IncorrectState'],
]

/** Remove it once nothing depends on it. It may have been removed by hand. */
export const takenAway = (work: Work, operation: string, input: object): Progress =>
  onceNot(occupied, () => removed(() => ask(work, operation, input), ...absent))
