// SPDX-License-Identifier: BSD-2-Clause
import {
  AcceptVpcPeeringConnection$,
  CreateVpcPeeringConnection$,
  DeleteVpcPeeringConnection$,
  DescribeVpcPeeringConnections$,
  RejectVpcPeeringConnection$,
} from '@aws-sdk/client-ec2'
import { type OperationEntry, operation } from '../../operation'
import { onAcceptedPeering, onPeering, toCreatePeering } from '../access/peering'
import {
  acceptVpcPeeringConnection,
  createVpcPeeringConnection,
  deleteVpcPeeringConnection,
  describeVpcPeeringConnections,
  rejectVpcPeeringConnection,
} from './peering'

export const peeringFamily: Readonly<Record<string, OperationEntry>> = {
  CreateVpcPeeringConnection: operation(CreateVpcPeeringConnection$, createVpcPeeringConnection, {
    access: toCreatePeering,
  }),
  AcceptVpcPeeringConnection: operation(AcceptVpcPeeringConnection$, acceptVpcPeeringConnection, {
    access: onAcceptedPeering,
  }),
  RejectVpcPeeringConnection: operation(RejectVpcPeeringConnection$, rejectVpcPeeringConnection, {
    access: onPeering,
  }),
  DeleteVpcPeeringConnection: operation(DeleteVpcPeeringConnection$, deleteVpcPeeringConnection, {
    access: onPeering,
  }),
  DescribeVpcPeeringConnections: operation(DescribeVpcPeeringConnections$, describeVpcPeeringConnections),
}
