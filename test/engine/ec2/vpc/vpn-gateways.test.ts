// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  type CreateCustomerGatewayCommandInput,
  CreateVpnGatewayCommand,
  DeleteCustomerGatewayCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnGatewayCommand,
  DescribeCustomerGatewaysCommand,
  DescribeVpnGatewaysCommand,
  type Filter,
} from '@aws-sdk/client-ec2'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { vpnOf, vpnScene } from './vpn'

const Type = 'ipsec.1'

describe('The ends of VPN connections', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let hers: ReturnType<typeof vpnOf>
  let his: ReturnType<typeof vpnOf>
  let vpcId: string

  beforeEach(async () => {
    ;({ c, alice, bob, hers, his, vpcId } = await vpnScene())
  })
  afterEach(() => c.close())

  describe('customer gateways', () => {
    const described = async (Filters?: Filter[], CustomerGatewayIds?: string[], who = alice) => {
      const { CustomerGateways = [] } = await who
        .ec2()
        .send(new DescribeCustomerGatewaysCommand({ Filters, CustomerGatewayIds }))
      return CustomerGateways
    }

    it('are what was said of a device, once', async () => {
      const TagSpecifications = [
        { ResourceType: 'customer-gateway' as const, Tags: [{ Key: 'Name', Value: 'office' }] },
      ]
      const made = await hers.customer({ BgpAsn: 65001, DeviceName: 'box', TagSpecifications })
      assert.deepEqual(
        { ...made, CustomerGatewayId: undefined },
        {
          ...{ CustomerGatewayId: undefined, State: 'available', Type, IpAddress: '192.0.2.1' },
          ...{ BgpAsn: '65001', DeviceName: 'box', Tags: [{ Key: 'Name', Value: 'office' }] },
        },
      )
      assert.equal(await hers.customerId({ BgpAsn: 65001 }), made.CustomerGatewayId)
      assert.notEqual(await hers.customerId(), made.CustomerGatewayId)
      const filters = [
        { Name: 'bgp-asn', Values: ['65001'] },
        { Name: 'ip-address', Values: ['192.0.2.*'] },
        { Name: 'tag:Name', Values: ['office'] },
      ]
      assert.deepEqual(await described(filters), [made])
      assert.equal((await hers.customer({ BgpAsnExtended: 4_200_000_000 })).BgpAsnExtended, '4200000000')
      assert.deepEqual(await described(undefined, undefined, bob), [])
      await refused(
        described(undefined, [made.CustomerGatewayId ?? ''], bob),
        'InvalidCustomerGatewayID.NotFound',
      )
    })

    it('refuse what is no device', async () => {
      const refusals: readonly (readonly [string, Partial<CreateCustomerGatewayCommandInput>])[] = [
        ['InvalidParameterValue', { IpAddress: '192.0.2' }],
        ['MissingParameter', { IpAddress: undefined }],
        ['InvalidParameterValue', { BgpAsn: 0 }],
        ['InvalidParameterValue', { BgpAsnExtended: 4_294_967_296 }],
        ['InvalidParameterCombination', { BgpAsn: 1, BgpAsnExtended: 2 }],
        ['InvalidParameterValue', { Type: 'ipsec.2' as never }],
        ['UnsupportedOperation', { CertificateArn: 'arn:aws:acm:::x' }],
      ]
      for (const [code, more] of refusals) await refused(hers.customer(more), code)
      const classic = await cloud()
      await refused(vpnOf(classic).customer(), 'UnsupportedOperation')
      await classic.close()
    })

    it('are 50 at most', async () => {
      const { CustomerGatewayId = '' } = await hers.customer()
      c.engine.write(tx => {
        const one = tx.customerGateways.must(CustomerGatewayId)
        for (let number = 1; number < 50; number += 1) {
          tx.customerGateways.put({ ...one, id: `cgw-0000${1000 + number}`, ip: `192.0.2.${100 + number}` })
        }
      })
      await refused(hers.customer({ BgpAsn: 7 }), 'CustomerGatewayLimitExceeded')
    })

    it('go when no connection needs them, and are listed for an hour', async () => {
      const CustomerGatewayId = await hers.customerId()
      const connection = await hers.connect(CustomerGatewayId, await hers.gatewayId())
      const gone = new DeleteCustomerGatewayCommand({ CustomerGatewayId })
      await refused(alice.ec2().send(gone), 'IncorrectState', 'The customer gateway is in use.')
      await alice.ec2().send(new DeleteVpnConnectionCommand({ VpnConnectionId: connection.VpnConnectionId }))
      await c.pass(10)
      await alice.ec2().send(gone)
      await refused(alice.ec2().send(gone), 'InvalidCustomerGatewayID.NotFound')
      assert.equal((await described())[0]?.State, 'deleted')
      assert.notEqual(await hers.customerId(), CustomerGatewayId)
      await c.pass(3600)
      await refused(described(undefined, [CustomerGatewayId]), 'InvalidCustomerGatewayID.NotFound')
    })
  })

  describe('gateways', () => {
    const described = async (Filters?: Filter[], who = alice) => {
      const { VpnGateways = [] } = await who.ec2().send(new DescribeVpnGatewaysCommand({ Filters }))
      return VpnGateways
    }

    it('are in one VPC, which has no other', async () => {
      const first = await hers.gatewayId()
      const second = await hers.gatewayId()
      assert.deepEqual((await hers.attach(first, vpcId)).VpcAttachment, { VpcId: vpcId, State: 'attached' })
      await hers.attach(first, vpcId)
      await refused(hers.attach(second, vpcId), 'InvalidVpcState')
      const other = c.engine.write(tx =>
        tx.vpcs.put({ ...tx.vpcs.must(vpcId), id: 'vpc-000000ee', isDefault: false }),
      )
      await refused(hers.attach(first, other.id), 'VpnGatewayAttachmentLimitExceeded')
      await refused(his.attach(first, vpcId), 'InvalidVpnGatewayID.NotFound')
      await refused(his.attach(await his.gatewayId(), vpcId), 'InvalidVpcID.NotFound')
      const [found] = await described([{ Name: 'attachment.vpc-id', Values: [vpcId] }])
      assert.deepEqual(found, {
        ...{ VpnGatewayId: first, State: 'available', Type, AmazonSideAsn: 64512, Tags: [] },
        VpcAttachments: [{ VpcId: vpcId, State: 'attached' }],
      })
      await refused(hers.detach(first, other.id), 'InvalidVpnGatewayAttachment.NotFound')
      await refused(hers.detach(second, vpcId), 'InvalidVpnGatewayAttachment.NotFound')
      await hers.detach(first, vpcId)
      await hers.attach(second, vpcId)
    })

    it('say where they were, until they are in a VPC again', async () => {
      const gateway = await hers.gatewayId()
      await hers.attach(gateway, vpcId)
      await hers.detach(gateway, vpcId)
      const [found] = await described([{ Name: 'attachment.state', Values: ['detached'] }])
      assert.deepEqual(found?.VpcAttachments, [{ VpcId: vpcId, State: 'detached' }])
      await refused(hers.detach(gateway, vpcId), 'InvalidVpnGatewayAttachment.NotFound')
      await hers.attach(gateway, vpcId)
      assert.deepEqual((await described())[0]?.VpcAttachments, [{ VpcId: vpcId, State: 'attached' }])
    })

    it('keep their zone and number, and refuse others', async () => {
      const make = (more: object) => alice.ec2().send(new CreateVpnGatewayCommand({ Type, ...more }))
      const { VpnGateway } = await make({ AvailabilityZone: 'parti01', AmazonSideAsn: 65000 })
      assert.deepEqual([VpnGateway?.AvailabilityZone, VpnGateway?.AmazonSideAsn], ['PARTI01', 65000])
      await refused(make({ AvailabilityZone: 'mars' }), 'InvalidParameterValue')
      await refused(make({ AmazonSideAsn: 1 }), 'InvalidParameterValue')
      await refused(make({ Type: 'ipsec.2' }), 'InvalidParameterValue')
      for (let count = 1; count < 5; count += 1) await hers.gatewayId()
      await refused(hers.gatewayId(), 'VpnGatewayLimitExceeded')
    })

    it('go when they are in no VPC and have no connection, and are listed for an hour', async () => {
      const VpnGatewayId = await hers.gatewayId()
      const gone = new DeleteVpnGatewayCommand({ VpnGatewayId })
      await hers.attach(VpnGatewayId, vpcId)
      await refused(alice.ec2().send(gone), 'IncorrectState', 'The VPN gateway is in use.')
      await hers.detach(VpnGatewayId, vpcId)
      const { VpnConnectionId } = await hers.connect(await hers.customerId(), VpnGatewayId)
      await refused(alice.ec2().send(gone), 'IncorrectState')
      await alice.ec2().send(new DeleteVpnConnectionCommand({ VpnConnectionId }))
      await c.pass(10)
      await alice.ec2().send(gone)
      await refused(hers.attach(VpnGatewayId, vpcId), 'InvalidVpnGatewayID.NotFound')
      assert.equal((await described())[0]?.State, 'deleted')
      await c.pass(3600)
      assert.deepEqual(await described(), [])
    })
  })
})
