// SPDX-License-Identifier: BSD-2-Clause
import {
  AttachVpnGateway$,
  type AttachVpnGatewayRequest,
  CreateCustomerGateway$,
  type CreateCustomerGatewayRequest,
  CreateVpnConnection$,
  type CreateVpnConnectionRequest,
  CreateVpnConnectionRoute$,
  CreateVpnGateway$,
  type CreateVpnGatewayRequest,
  DeleteCustomerGateway$,
  DeleteVpnConnection$,
  DeleteVpnConnectionRoute$,
  DeleteVpnGateway$,
  DescribeCustomerGateways$,
  DescribeVpnConnections$,
  DescribeVpnGateways$,
  DetachVpnGateway$,
  DisableVgwRoutePropagation$,
  EnableVgwRoutePropagation$,
  type EnableVgwRoutePropagationRequest,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { newThing } from '../access/creating'
import { networkById, onNetwork } from '../access/networks'
import { asking } from '../access/on'
import { any } from '../access/resources'
import { createCustomerGateway, deleteCustomerGateway, describeCustomerGateways } from './customer-gateways'
import { kinds } from './kinds'
import { disableVgwRoutePropagation, enableVgwRoutePropagation } from './propagation'
import {
  createVpnConnection,
  createVpnConnectionRoute,
  deleteVpnConnection,
  deleteVpnConnectionRoute,
  describeVpnConnections,
} from './vpn-connections'
import {
  attachVpnGateway,
  createVpnGateway,
  deleteVpnGateway,
  describeVpnGateways,
  detachVpnGateway,
} from './vpn-gateways'

const toCreateCustomerGateway = asking<CreateCustomerGatewayRequest>((tx, { TagSpecifications }) =>
  newThing(tx, 'customer-gateway', 'CreateCustomerGateway', TagSpecifications),
)

const toCreateVpnGateway = asking<CreateVpnGatewayRequest>((tx, { TagSpecifications }) =>
  newThing(tx, 'vpn-gateway', 'CreateVpnGateway', TagSpecifications),
)

const toCreateVpnConnection = asking<CreateVpnConnectionRequest>((tx, input) => [
  ...newThing(tx, 'vpn-connection', 'CreateVpnConnection', input.TagSpecifications),
  networkById(kinds.customerGateway)(tx, input.CustomerGatewayId || any),
  networkById(kinds.vpnGateway)(tx, input.VpnGatewayId || any),
])

const onGatewayAndVpc = asking<AttachVpnGatewayRequest>((tx, { VpnGatewayId, VpcId }) => [
  networkById(kinds.vpnGateway)(tx, VpnGatewayId || any),
  networkById(kinds.vpc)(tx, VpcId || any),
])

const onTableAndGateway = asking<EnableVgwRoutePropagationRequest>((tx, { RouteTableId, GatewayId }) => [
  networkById(kinds.routeTable)(tx, RouteTableId || any),
  networkById(kinds.vpnGateway)(tx, GatewayId || any),
])

export const vpnFamily: Readonly<Record<string, OperationEntry>> = {
  CreateCustomerGateway: operation(CreateCustomerGateway$, createCustomerGateway, {
    access: toCreateCustomerGateway,
  }),
  DeleteCustomerGateway: operation(DeleteCustomerGateway$, deleteCustomerGateway, {
    access: onNetwork.customerGateway('CustomerGatewayId'),
  }),
  DescribeCustomerGateways: operation(DescribeCustomerGateways$, describeCustomerGateways),

  CreateVpnGateway: operation(CreateVpnGateway$, createVpnGateway, { access: toCreateVpnGateway }),
  DeleteVpnGateway: operation(DeleteVpnGateway$, deleteVpnGateway, {
    access: onNetwork.vpnGateway('VpnGatewayId'),
  }),
  DescribeVpnGateways: operation(DescribeVpnGateways$, describeVpnGateways),
  AttachVpnGateway: operation(AttachVpnGateway$, attachVpnGateway, { access: onGatewayAndVpc }),
  DetachVpnGateway: operation(DetachVpnGateway$, detachVpnGateway, { access: onGatewayAndVpc }),

  CreateVpnConnection: operation(CreateVpnConnection$, createVpnConnection, {
    access: toCreateVpnConnection,
  }),
  DeleteVpnConnection: operation(DeleteVpnConnection$, deleteVpnConnection, {
    access: onNetwork.vpnConnection('VpnConnectionId'),
  }),
  DescribeVpnConnections: operation(DescribeVpnConnections$, describeVpnConnections),
  CreateVpnConnectionRoute: operation(CreateVpnConnectionRoute$, createVpnConnectionRoute, {
    access: onNetwork.vpnConnection('VpnConnectionId'),
  }),
  DeleteVpnConnectionRoute: operation(DeleteVpnConnectionRoute$, deleteVpnConnectionRoute, {
    access: onNetwork.vpnConnection('VpnConnectionId'),
  }),
  EnableVgwRoutePropagation: operation(EnableVgwRoutePropagation$, enableVgwRoutePropagation, {
    access: onTableAndGateway,
  }),
  DisableVgwRoutePropagation: operation(DisableVgwRoutePropagation$, disableVgwRoutePropagation, {
    access: onTableAndGateway,
  }),
}
