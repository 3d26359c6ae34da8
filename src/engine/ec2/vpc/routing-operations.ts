// SPDX-License-Identifier: BSD-2-Clause
// The operations on route tables, internet gateways and NAT gateways: a part of the table of contents in index.ts.
import {
  AssociateRouteTable$,
  AttachInternetGateway$,
  CreateInternetGateway$,
  CreateNatGateway$,
  CreateRoute$,
  CreateRouteTable$,
  DeleteInternetGateway$,
  DeleteNatGateway$,
  DeleteRoute$,
  DeleteRouteTable$,
  DescribeInternetGateways$,
  DescribeNatGateways$,
  DescribeRouteTables$,
  DetachInternetGateway$,
  DisassociateRouteTable$,
  ReplaceRoute$,
  ReplaceRouteTableAssociation$,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { onNetwork } from '../access/networks'
import {
  onInternetGatewayAndVpc,
  onTableAndSubnet,
  toCreateInternetGateway,
  toCreateNatGateway,
  toCreateRouteTable,
  toDisassociate,
  toReplaceAssociation,
} from '../access/routing'
import {
  attachInternetGateway,
  createInternetGateway,
  deleteInternetGateway,
  describeInternetGateways,
  detachInternetGateway,
} from './internet-gateways'
import { createNatGateway, deleteNatGateway, describeNatGateways } from './nat-gateways'
import {
  associateRouteTable,
  createRouteTable,
  deleteRouteTable,
  describeRouteTables,
  disassociateRouteTable,
  replaceRouteTableAssociation,
} from './route-tables'
import { createRoute, deleteRoute, replaceRoute } from './routes'

const onTable = { access: onNetwork.routeTable('RouteTableId') }

export const routingFamily: Readonly<Record<string, OperationEntry>> = {
  CreateRouteTable: operation(CreateRouteTable$, createRouteTable, { access: toCreateRouteTable }),
  DeleteRouteTable: operation(DeleteRouteTable$, deleteRouteTable, onTable),
  DescribeRouteTables: operation(DescribeRouteTables$, describeRouteTables),
  AssociateRouteTable: operation(AssociateRouteTable$, associateRouteTable, { access: onTableAndSubnet }),
  DisassociateRouteTable: operation(DisassociateRouteTable$, disassociateRouteTable, {
    access: toDisassociate,
  }),
  ReplaceRouteTableAssociation: operation(ReplaceRouteTableAssociation$, replaceRouteTableAssociation, {
    access: toReplaceAssociation,
  }),
  CreateRoute: operation(CreateRoute$, createRoute, onTable),
  ReplaceRoute: operation(ReplaceRoute$, replaceRoute, onTable),
  DeleteRoute: operation(DeleteRoute$, deleteRoute, onTable),

  CreateInternetGateway: operation(CreateInternetGateway$, createInternetGateway, {
    access: toCreateInternetGateway,
  }),
  DeleteInternetGateway: operation(DeleteInternetGateway$, deleteInternetGateway, {
    access: onNetwork.internetGateway('InternetGatewayId'),
  }),
  DescribeInternetGateways: operation(DescribeInternetGateways$, describeInternetGateways),
  AttachInternetGateway: operation(AttachInternetGateway$, attachInternetGateway, {
    access: onInternetGatewayAndVpc,
  }),
  DetachInternetGateway: operation(DetachInternetGateway$, detachInternetGateway, {
    access: onInternetGatewayAndVpc,
  }),

  CreateNatGateway: operation(CreateNatGateway$, createNatGateway, { access: toCreateNatGateway }),
  DeleteNatGateway: operation(DeleteNatGateway$, deleteNatGateway, {
    access: onNetwork.natGateway('NatGatewayId'),
  }),
  DescribeNatGateways: operation(DescribeNatGateways$, describeNatGateways),
}
