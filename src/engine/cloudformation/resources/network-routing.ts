// SPDX-License-Identifier: BSD-2-Clause
// AWS::EC2::InternetGateway, VPCGatewayAttachment, RouteTable, Route, SubnetRouteTableAssociation and NatGateway.
import type {
  AssociateRouteTableResult,
  CreateInternetGatewayResult,
  CreateNatGatewayResult,
  CreateRouteTableResult,
  ReplaceRouteTableAssociationResult,
} from '@aws-sdk/client-ec2'
import { blockOf, blockText } from '../../ec2/cidr'
import { ResourceFailure, type Work } from './contracts'
import { inPlace, required, resourceType, tags, text, type ValuesOf } from './kinds'
import { ask, nameless, retagged, takenAway, thing } from './network-things'
import { complete, waiting } from './removal'

export const internetGateway = resourceType({
  name: 'AWS::EC2::InternetGateway',
  properties: { Tags: inPlace(tags) },
  attributes: ['InternetGatewayId'],
  takesTags: true,
  create: (work, { Tags }) => {
    const { InternetGateway } = ask<CreateInternetGatewayResult>(work, 'CreateInternetGateway', {})
    const id = InternetGateway?.InternetGatewayId ?? ''
    return thing(work, id, { InternetGatewayId: id }, Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) =>
    takenAway(work, 'DeleteInternetGateway', { InternetGatewayId: physicalId }),
})

const attachmentProperties = {
  InternetGatewayId: inPlace(text),
  VpcId: required(text),
  VpnGatewayId: inPlace(text),
} as const
type Attachment = ValuesOf<typeof attachmentProperties>

const attach = (work: Work, { InternetGatewayId, VpcId, VpnGatewayId }: Attachment): void => {
  if (InternetGatewayId) ask(work, 'AttachInternetGateway', { InternetGatewayId, VpcId })
  else ask(work, 'AttachVpnGateway', { VpnGatewayId, VpcId })
}

const detach = (work: Work, { InternetGatewayId, VpcId, VpnGatewayId }: Attachment) =>
  InternetGatewayId
    ? takenAway(work, 'DetachInternetGateway', { InternetGatewayId, VpcId })
    : takenAway(work, 'DetachVpnGateway', { VpnGatewayId, VpcId })

/** A VPC has one gateway of a kind: the new one comes when the old one has gone. */
export const gatewayAttachment = resourceType({
  name: 'AWS::EC2::VPCGatewayAttachment',
  properties: attachmentProperties,
  attributes: [],
  check: ({ InternetGatewayId, VpnGatewayId }) => {
    if (!InternetGatewayId === !VpnGatewayId) {
      throw new ResourceFailure(
        'You must specify either InternetGatewayId or VpnGatewayId, but not both, for the type AWS::EC2::VPCGatewayAttachment',
      )
    }
  },
  create: (work, values) => {
    attach(work, values)
    return nameless(work)
  },
  update: (work, made, values, before) => {
    const left = detach(work, before)
    if (left.is === 'waiting') throw new ResourceFailure(left.reason ?? 'The gateway is in use')
    attach(work, values)
    return made
  },
  remove: (work, _, values) => detach(work, values),
})

export const routeTable = resourceType({
  name: 'AWS::EC2::RouteTable',
  properties: { Tags: inPlace(tags), VpcId: required(text) },
  attributes: ['RouteTableId'],
  takesTags: true,
  create: (work, { Tags, VpcId }) => {
    const { RouteTable } = ask<CreateRouteTableResult>(work, 'CreateRouteTable', { VpcId })
    const id = RouteTable?.RouteTableId ?? ''
    return thing(work, id, { RouteTableId: id }, Tags)
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => takenAway(work, 'DeleteRouteTable', { RouteTableId: physicalId }),
})

/** A block as route tables have it. */
const canonical = (cidr: string): string => {
  const block = blockOf(cidr)
  return block ? blockText(block) : cidr
}

/** What it leads to is changed in its place. */
export const route = resourceType({
  name: 'AWS::EC2::Route',
  properties: {
    DestinationCidrBlock: required(text),
    GatewayId: inPlace(text),
    InstanceId: inPlace(text),
    NatGatewayId: inPlace(text),
    NetworkInterfaceId: inPlace(text),
    RouteTableId: required(text),
    VpcPeeringConnectionId: inPlace(text),
  },
  attributes: ['CidrBlock'],
  create: (work, values) => {
    ask(work, 'CreateRoute', values)
    return nameless(work, { attributes: { CidrBlock: canonical(values.DestinationCidrBlock) } })
  },
  update: (work, made, values) => {
    ask(work, 'ReplaceRoute', values)
    return made
  },
  remove: (work, _, { DestinationCidrBlock, RouteTableId }) =>
    takenAway(work, 'DeleteRoute', { DestinationCidrBlock, RouteTableId }),
})

/** It is known by the id of the association, which is another one after its table has changed. */
export const routeTableAssociation = resourceType({
  name: 'AWS::EC2::SubnetRouteTableAssociation',
  properties: { RouteTableId: required(inPlace(text)), SubnetId: required(text) },
  attributes: ['Id'],
  create: (work, request) => {
    const { AssociationId = '' } = ask<AssociateRouteTableResult>(work, 'AssociateRouteTable', request)
    return { physicalId: AssociationId, ref: AssociationId, attributes: { Id: AssociationId } }
  },
  update: (work, { physicalId }, { RouteTableId }) => {
    const { NewAssociationId: id = '' } = ask<ReplaceRouteTableAssociationResult>(
      work,
      'ReplaceRouteTableAssociation',
      { AssociationId: physicalId, RouteTableId },
    )
    return { physicalId: id, ref: id, attributes: { Id: id } }
  },
  remove: (work, { physicalId }) => takenAway(work, 'DisassociateRouteTable', { AssociationId: physicalId }),
})

export const natGateway = resourceType({
  name: 'AWS::EC2::NatGateway',
  properties: {
    AllocationId: text,
    ConnectivityType: text,
    SubnetId: required(text),
    Tags: inPlace(tags),
  },
  attributes: ['NatGatewayId'],
  takesTags: true,
  create: (work, { Tags, ...request }) => {
    const { NatGateway } = ask<CreateNatGatewayResult>(work, 'CreateNatGateway', request)
    const id = NatGateway?.NatGatewayId ?? ''
    return thing(work, id, { NatGatewayId: id }, Tags)
  },
  created: (work, { physicalId }) => {
    const { state, failure } = work.tx.natGateways.get(physicalId) ?? { state: 'deleted' }
    if (state === 'available') return complete
    if (state === 'pending') return waiting(`NAT gateway ${physicalId} is pending`)
    throw new ResourceFailure(
      `NAT gateway ${physicalId} is ${state}${failure ? `: ${failure.message} (${failure.code})` : ''}`,
    )
  },
  update: (work, made, { Tags }) => retagged(work, made, Tags),
  remove: (work, { physicalId }) => {
    const stateNow = () => work.tx.natGateways.get(physicalId)?.state ?? 'deleted'
    if (!['deleting', 'deleted'].includes(stateNow())) {
      takenAway(work, 'DeleteNatGateway', { NatGatewayId: physicalId })
    }
    return stateNow() === 'deleted' ? complete : waiting(`NAT gateway ${physicalId} is ${stateNow()}`)
  },
})
