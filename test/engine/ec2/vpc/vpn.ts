// SPDX-License-Identifier: BSD-2-Clause
// What an account does with VPN connections, as its administrator.
import assert from 'node:assert/strict'
import {
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  type CreateCustomerGatewayCommandInput,
  CreateVpnConnectionCommand,
  type CreateVpnConnectionCommandInput,
  CreateVpnGatewayCommand,
  DescribeVpnConnectionsCommand,
  DetachVpnGatewayCommand,
  type Filter,
} from '@aws-sdk/client-ec2'
import { defaultVpc } from '../../../../src/engine/ec2/vpc/foundation'
import { type Clients, cloud } from '../../../support/cloud'

const Type = 'ipsec.1'

export const vpnOf = (who: Clients) => {
  const customer = async (more: Partial<CreateCustomerGatewayCommandInput> = {}) => {
    const input = { Type, IpAddress: '192.0.2.1', ...more } as const
    const { CustomerGateway } = await who.ec2().send(new CreateCustomerGatewayCommand(input))
    assert.ok(CustomerGateway)
    return CustomerGateway
  }
  return {
    customer,
    customerId: async (more?: Partial<CreateCustomerGatewayCommandInput>): Promise<string> =>
      (await customer(more)).CustomerGatewayId ?? '',
    gatewayId: async (): Promise<string> => {
      const { VpnGateway } = await who.ec2().send(new CreateVpnGatewayCommand({ Type }))
      return VpnGateway?.VpnGatewayId ?? ''
    },
    attach: (VpnGatewayId: string, VpcId: string) =>
      who.ec2().send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId })),
    detach: (VpnGatewayId: string, VpcId: string) =>
      who.ec2().send(new DetachVpnGatewayCommand({ VpnGatewayId, VpcId })),
    connect: async (
      CustomerGatewayId: string,
      VpnGatewayId: string,
      more: Partial<CreateVpnConnectionCommandInput> = {},
    ) => {
      const { VpnConnection } = await who
        .ec2()
        .send(new CreateVpnConnectionCommand({ Type, CustomerGatewayId, VpnGatewayId, ...more }))
      assert.ok(VpnConnection)
      return VpnConnection
    },
    connections: async (Filters?: Filter[]) => {
      const { VpnConnections = [] } = await who.ec2().send(new DescribeVpnConnectionsCommand({ Filters }))
      return VpnConnections
    },
  }
}

/** Two accounts in a cloud with VPCs; `vpcId` is the default VPC of hers. */
export const vpnScene = async () => {
  const c = await cloud({ networking: 'vpc' })
  const alice = await c.account('alice')
  const bob = await c.account('bob')
  const vpcId = c.engine.read(tx => defaultVpc(tx, alice.accountId)?.id) ?? ''
  return { c, alice, bob, hers: vpnOf(alice), his: vpnOf(bob), vpcId }
}
