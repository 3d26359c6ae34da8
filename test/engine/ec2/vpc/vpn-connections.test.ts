// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  CreateVpnConnectionRouteCommand,
  DeleteVpnConnectionCommand,
  DeleteVpnConnectionRouteCommand,
  DisableVgwRoutePropagationCommand,
  EnableVgwRoutePropagationCommand,
} from '@aws-sdk/client-ec2'
import { addressNumber } from '../../../../src/engine/ec2/cidr'
import { mainRouteTable } from '../../../../src/engine/ec2/vpc/foundation'
import type { Clients, Cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { type vpnOf, vpnScene } from './vpn'

const staticOnly = { Options: { StaticRoutesOnly: true } }

describe('VPN', () => {
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

  describe('connections', () => {
    it('are pending, then available, and tell the device what it needs', async () => {
      const [cgw, vgw] = [await hers.customerId(), await hers.gatewayId()]
      const made = await hers.connect(cgw, vgw, {
        TagSpecifications: [{ ResourceType: 'vpn-connection', Tags: [{ Key: 'Name', Value: 'office' }] }],
      })
      assert.deepEqual([made.State, made.CustomerGatewayId, made.VpnGatewayId], ['pending', cgw, vgw])
      const document = made.CustomerGatewayConfiguration ?? ''
      const has = (pattern: RegExp) => [...document.matchAll(pattern)].map(([, text]) => text)
      assert.deepEqual(has(/<vpn_connection id="(.*)">/g), [made.VpnConnectionId])
      assert.deepEqual(has(/<(?:customer|vpn)_gateway_id>(.*)</g), [cgw, vgw])
      assert.deepEqual(has(/<asn>(.*)</g), ['65000', '64512', '65000', '64512'])
      const keys = has(/<pre_shared_key>([A-Za-z][\w.]{31})</g)
      assert.equal(new Set(keys).size, 2)
      const addresses = has(/<ip_address>(.*)</g)
      const outside = made.VgwTelemetry?.map(({ OutsideIpAddress }) => OutsideIpAddress)
      assert.deepEqual([addresses[2], addresses[6]], outside)
      assert.deepEqual([addresses[0], addresses[4]], ['192.0.2.1', '192.0.2.1'])
      for (const [device, cloud] of [
        [addresses[1], addresses[3]],
        [addresses[5], addresses[7]],
      ]) {
        assert.equal(addressNumber(device ?? '') % 4, 2)
        assert.equal(addressNumber(device ?? ''), addressNumber(cloud ?? '') + 1)
      }
      await c.pass(10)
      const [found] = await hers.connections([{ Name: 'tag:Name', Values: ['office'] }])
      assert.deepEqual(found, { ...made, State: 'available' })
      assert.deepEqual(
        found?.VgwTelemetry?.map(({ Status }) => Status),
        ['DOWN', 'DOWN'],
      )
      assert.equal((await hers.connect(cgw, vgw)).VpnConnectionId, made.VpnConnectionId)
      assert.deepEqual(await his.connections(), [])
    })

    it('have no word of BGP where routes are static', async () => {
      const { CustomerGatewayConfiguration = '' } = await hers.connect(
        ...([await hers.customerId(), await hers.gatewayId()] as const),
        staticOnly,
      )
      assert.match(CustomerGatewayConfiguration, /<vpn_connection_attributes>NoBGPVPNConnection</)
      assert.doesNotMatch(CustomerGatewayConfiguration, /<bgp>/)
    })

    it('take keys and blocks that are given, and refuse others', async () => {
      const [cgw, vgw] = [await hers.customerId(), await hers.gatewayId()]
      const withTunnel = (...TunnelOptions: object[]) =>
        hers.connect(cgw, vgw, { Options: { TunnelOptions } })
      const inside = { TunnelInsideCidr: '169.254.10.8/30' }
      for (const tunnel of [
        ...['169.254.0.0/30', '169.254.10.9/30', '169.254.10.0/29', '10.0.0.0/30', 'x'].map(
          TunnelInsideCidr => ({ TunnelInsideCidr }),
        ),
        ...['short', '0startswithzero', 'with space in it', 'x'.repeat(65)].map(PreSharedKey => ({
          PreSharedKey,
        })),
      ]) {
        await refused(withTunnel(tunnel), 'InvalidParameterValue')
      }
      await refused(withTunnel(inside, inside), 'InvalidParameterValue')
      await refused(
        withTunnel(...['one.tunnel', 'two.tunnels', 'three.tunnels'].map(PreSharedKey => ({ PreSharedKey }))),
        'InvalidParameterValue',
      )
      await refused(withTunnel({ IKEVersions: [{ Value: 'ikev2' }] }), 'UnsupportedOperation')
      await refused(hers.connect(cgw, vgw, { Options: { EnableAcceleration: true } }), 'UnsupportedOperation')
      await refused(
        hers.connect(cgw, vgw, { Options: { TunnelInsideIpVersion: 'ipv6' } }),
        'UnsupportedOperation',
      )
      await refused(hers.connect(cgw, vgw, { TransitGatewayId: 'tgw-00000000' }), 'UnsupportedOperation')
      const { CustomerGatewayConfiguration = '' } = await withTunnel({
        ...inside,
        PreSharedKey: 'A_key.1234',
      })
      assert.match(
        CustomerGatewayConfiguration,
        /<ip_address>169\.254\.10\.10<[\s\S]*<pre_shared_key>A_key\.1234</,
      )
    })

    it('are between gateways of one account, with one address of the device', async () => {
      const [cgw, vgw] = [await hers.customerId(), await hers.gatewayId()]
      await refused(hers.connect('cgw-00000000', vgw), 'InvalidCustomerGatewayID.NotFound')
      await refused(hers.connect(cgw, await his.gatewayId()), 'InvalidVpnGatewayID.NotFound')
      await hers.connect(cgw, vgw)
      const twin = await hers.customerId({ BgpAsn: 7 })
      await refused(hers.connect(twin, vgw), 'InvalidCustomerGateway.DuplicateIpAddress')
    })

    it('are ten of a gateway, and fifty of an account', async () => {
      const [cgw, vgw] = [await hers.customerId(), await hers.gatewayId()]
      const { VpnConnectionId = '' } = await hers.connect(cgw, vgw)
      const copies = (from: number, count: number, vpnGatewayId: string) =>
        c.engine.write(tx => {
          const one = tx.vpnConnections.must(VpnConnectionId)
          for (let number = from; number < from + count; number += 1) {
            tx.vpnConnections.put({ ...one, id: `vpn-0000${1000 + number}`, vpnGatewayId })
          }
        })
      copies(0, 9, vgw)
      const other = await hers.customerId({ IpAddress: '192.0.2.2' })
      await refused(hers.connect(other, vgw), 'VpnConnectionLimitExceeded')
      copies(10, 40, 'vgw-00000000')
      await refused(hers.connect(other, await hers.gatewayId()), 'VpnConnectionLimitExceeded')
    })

    it('lose their keys when they are deleted, and are listed for an hour', async () => {
      const made = await hers.connect(await hers.customerId(), await hers.gatewayId())
      const gone = new DeleteVpnConnectionCommand({ VpnConnectionId: made.VpnConnectionId })
      await c.pass(10)
      await refused(bob.ec2().send(gone), 'InvalidVpnConnectionID.NotFound')
      await alice.ec2().send(gone)
      await alice.ec2().send(gone)
      const [deleting] = await hers.connections()
      assert.deepEqual([deleting?.State, deleting?.CustomerGatewayConfiguration], ['deleting', undefined])
      await c.pass(10)
      assert.equal((await hers.connections())[0]?.State, 'deleted')
      await refused(alice.ec2().send(gone), 'InvalidVpnConnectionID.NotFound')
      await c.pass(3600)
      assert.deepEqual(await hers.connections(), [])
    })
  })

  describe('routes', () => {
    const add = (VpnConnectionId: string, DestinationCidrBlock: string, who = alice) =>
      who.ec2().send(new CreateVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock }))
    const remove = (VpnConnectionId: string, DestinationCidrBlock: string) =>
      alice.ec2().send(new DeleteVpnConnectionRouteCommand({ VpnConnectionId, DestinationCidrBlock }))
    const table = () => c.engine.read(tx => mainRouteTable(tx, vpcId))
    const taken = () =>
      table()
        .routes.filter(({ origin }) => origin === 'EnableVgwRoutePropagation')
        .map(({ cidr }) => cidr)
    const enable = (GatewayId: string, RouteTableId = table().id) =>
      alice.ec2().send(new EnableVgwRoutePropagationCommand({ GatewayId, RouteTableId }))

    it('are of connections that are available and static', async () => {
      const [cgw, vgw] = [await hers.customerId(), await hers.gatewayId()]
      const dynamic = (await hers.connect(cgw, vgw)).VpnConnectionId ?? ''
      await refused(add(dynamic, '10.8.0.0/16'), 'InvalidVpnConnection.InvalidState')
      await c.pass(10)
      await refused(add(dynamic, '10.8.0.0/16'), 'InvalidVpnConnection.InvalidType')
      const id =
        (await hers.connect(await hers.customerId({ IpAddress: '192.0.2.2' }), vgw, staticOnly))
          .VpnConnectionId ?? ''
      await c.pass(10)
      await add(id, '10.8.1.2/16')
      await add(id, '10.8.0.0/16')
      const filter = [{ Name: 'route.destination-cidr-block', Values: ['10.8.0.0/16'] }]
      assert.deepEqual((await hers.connections(filter))[0]?.Routes, [
        { DestinationCidrBlock: '10.8.0.0/16', Source: 'Static', State: 'available' },
      ])
      await refused(add(id, '10.8.0.0'), 'InvalidParameterValue')
      await refused(add(id, '10.9.0.0/16', bob), 'InvalidVpnConnectionID.NotFound')
      await remove(id, '10.8.0.0/16')
      await refused(remove(id, '10.8.0.0/16'), 'InvalidRoute.NotFound')
    })

    it('are taken over by tables of the VPC, as long as there are both', async () => {
      const vgw = await hers.gatewayId()
      const id = (await hers.connect(await hers.customerId(), vgw, staticOnly)).VpnConnectionId ?? ''
      await c.pass(10)
      await add(id, '10.8.0.0/16')
      await refused(enable(vgw), 'Gateway.NotAttached')
      await hers.attach(vgw, vpcId)
      await refused(enable(vgw, 'rtb-00000000'), 'InvalidRouteTableID.NotFound')
      await refused(enable('igw-00000000'), 'InvalidVpnGatewayId.Malformed')
      await enable(vgw)
      await enable(vgw)
      assert.deepEqual([table().propagating, taken()], [[vgw], ['10.8.0.0/16']])
      // What is in the table already goes before.
      await add(id, '0.0.0.0/0')
      await add(id, '10.9.0.0/16')
      assert.deepEqual(taken(), ['10.8.0.0/16', '10.9.0.0/16'])
      await remove(id, '10.8.0.0/16')
      assert.deepEqual(taken(), ['10.9.0.0/16'])
      const disabling = new DisableVgwRoutePropagationCommand({ GatewayId: vgw, RouteTableId: table().id })
      await alice.ec2().send(disabling)
      await alice.ec2().send(disabling)
      assert.deepEqual([table().propagating, taken()], [[], []])
      await enable(vgw)
      await alice.ec2().send(new DeleteVpnConnectionCommand({ VpnConnectionId: id }))
      assert.deepEqual([table().propagating, taken()], [[vgw], []])
      await hers.detach(vgw, vpcId)
      assert.deepEqual(table().propagating, [])
    })
  })
})
