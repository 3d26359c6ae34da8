// SPDX-License-Identifier: BSD-2-Clause
// Who reaches an instance of a VPC on this machine, and what it is told of its interfaces.
import assert from 'node:assert/strict'
import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeInstancesCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { letsIn, openPorts } from '../../../../src/engine/ec2/reachability'
import type { Instance } from '../../../../src/engine/ec2/schema/instances'
import { mainRouteTable } from '../../../../src/engine/ec2/vpc/foundation'
import { found } from '../../../../src/plane/names/lookup'
import { type Cloud, cloud } from '../../../support/cloud'
import { registerTrio } from '../../../support/tiny-image'
import { asker } from '../../metadata/asking'

describe('an instance in a VPC', () => {
  let c: Cloud
  let web: Instance
  let app: Instance

  before(async () => {
    c = await cloud({ networking: 'vpc' })
    const images = await registerTrio(c)
    await c.settle()
    const ids: string[] = []
    for (const NetworkInterfaces of [undefined, [{ DeviceIndex: 0, AssociatePublicIpAddress: false }]]) {
      const { Instances = [] } = await c
        .ec2()
        .send(new RunInstancesCommand({ ImageId: images.emi, MinCount: 1, MaxCount: 1, NetworkInterfaces }))
      ids.push(Instances[0]?.InstanceId ?? '')
    }
    await c.pass(60)
    ;[web, app] = c.engine.read(tx => ids.map(id => tx.instances.must(id))) as [Instance, Instance]
    const allow = (port: number, CidrIp: string) => ({
      ...{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp }] },
    })
    await c.ec2().send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupName: 'default',
        IpPermissions: [allow(80, '0.0.0.0/0'), allow(22, '172.31.0.0/16'), allow(23, '10.0.0.0/8')],
      }),
    )
    // The group lets all that is in it in by itself.
    c.engine.write(tx => {
      const group = tx.securityGroups.get(web.groupIds[0] ?? '')
      if (group) {
        tx.securityGroups.put({ ...group, rules: group.rules.filter(({ source }) => 'cidr' in source) })
      }
    })
  })
  after(() => c.close())

  const hostOf = ({ hostIp = '' }: Instance): string => hostIp
  const reaches = (from: string, to: Instance, port: number): boolean =>
    c.engine.read(tx => letsIn(openPorts(tx, tx.instances.must(to.id)), from, port))
  const restoring = (change: () => void, check: () => void) => {
    const tables = c.engine.read(tx => ({ routes: tx.routeTables.list(), acls: tx.networkAcls.list() }))
    change()
    check()
    c.engine.write(tx => {
      for (const table of tables.routes) tx.routeTables.put(table)
      for (const acl of tables.acls) tx.networkAcls.put(acl)
    })
  }

  it('is reached from outside when it has a public address', () => {
    assert.equal(reaches('127.0.0.1', web, 80), true)
    assert.equal(reaches('127.0.0.1', web, 22), false)
    assert.equal(reaches('127.0.0.1', app, 80), false)
  })

  it('is reached by its neighbours by rules for blocks of the VPC', () => {
    assert.equal(reaches(hostOf(app), web, 22), true)
    assert.equal(reaches(hostOf(web), app, 22), true)
    assert.equal(reaches(hostOf(web), app, 80), true)
    assert.equal(reaches(hostOf(web), app, 23), false)
  })

  it('is reached from VPCs that its own is peered with, once that is active', () => {
    const reachedFromPeer = (state: 'active' | 'pending-acceptance') =>
      c.engine.write(tx => {
        const side = (vpcId: string) => ({ account: c.accountId, vpcId, cidr: '' })
        const ends = { requester: side('vpc-00000001'), accepter: side(web.vpcId ?? '') }
        const made = { account: c.accountId, createdAt: tx.now, message: '', ...ends }
        tx.vpcPeeringConnections.put({ ...made, id: 'pcx-00000001', state })
        return openPorts(tx, { ...web, vpcId: 'vpc-00000001' }).some(
          ({ fromPort, sources }) => fromPort === 22 && sources.includes(`${hostOf(app)}/32`),
        )
      })
    assert.equal(reachedFromPeer('pending-acceptance'), false)
    assert.equal(reachedFromPeer('active'), true)
    c.engine.write(tx => void tx.vpcPeeringConnections.delete('pcx-00000001'))
  })

  it('is not reached from outside without a route to an internet gateway', () => {
    restoring(
      () =>
        c.engine.write(tx => {
          const main = mainRouteTable(tx, web.vpcId ?? '')
          tx.routeTables.put({ ...main, routes: main.routes.slice(0, 1) })
        }),
      () => {
        assert.equal(reaches('127.0.0.1', web, 80), false)
        assert.equal(reaches(hostOf(app), web, 80), true)
      },
    )
    assert.equal(reaches('127.0.0.1', web, 80), true)
  })

  it('is not reached from outside when its subnet has a table of its own without one', () => {
    c.engine.write(tx => {
      const main = mainRouteTable(tx, web.vpcId ?? '')
      const associations = [{ id: 'rtbassoc-00000001', subnetId: web.subnetId ?? '' }]
      tx.routeTables.put({ ...main, id: 'rtb-00000001', routes: main.routes.slice(0, 1), associations })
    })
    assert.equal(reaches('127.0.0.1', web, 80), false)
    c.engine.write(tx => void tx.routeTables.delete('rtb-00000001'))
  })

  it('is not reached from outside by a route to a gateway that has left', () => {
    const moveTo = (vpcId: string) =>
      c.engine.write(tx => {
        const [gateway] = tx.internetGateways.list().filter(({ account }) => account === c.accountId)
        if (gateway) tx.internetGateways.put({ ...gateway, vpcId })
      })
    moveTo('vpc-00000001')
    assert.equal(reaches('127.0.0.1', web, 80), false)
    moveTo(web.vpcId ?? '')
    assert.equal(reaches('127.0.0.1', web, 80), true)
  })

  it('is not reached from outside at ports that a network ACL denies, or from which none may answer', () => {
    const withEntry = (isEgress: boolean) =>
      c.engine.write(tx => {
        const acl = tx.networkAcls.list().find(({ vpcId }) => vpcId === web.vpcId)
        if (!acl) throw new Error('there is no network ACL')
        const entry = { number: 50, protocol: '6', isAllowed: false, cidr: '0.0.0.0/0', isEgress }
        const ports = isEgress ? { from: 1024, to: 65_535 } : { from: 80, to: 89 }
        tx.networkAcls.put({ ...acl, entries: [...acl.entries, { ...entry, ports }] })
      })
    for (const isEgress of [false, true]) {
      restoring(
        () => withEntry(isEgress),
        () => {
          assert.equal(reaches('127.0.0.1', web, 80), false)
          assert.equal(reaches(hostOf(app), web, 80), true)
        },
      )
    }
  })

  it('is what its names lead to', async () => {
    const { Reservations = [] } = await c.ec2().send(new DescribeInstancesCommand({ InstanceIds: [web.id] }))
    const seen = Reservations[0]?.Instances?.[0]
    const leadsTo = (name = '') => c.engine.read(tx => found(tx, name)?.addresses)
    assert.deepEqual(leadsTo(seen?.PublicDnsName), [hostOf(web)])
    assert.deepEqual(leadsTo(seen?.PrivateDnsName), [hostOf(web)])
    assert.equal(leadsTo('euca-172-31-0-200.eucalyptus.internal'), undefined)
  })

  it('is told of its interfaces', async () => {
    const metadata = asker(() => c)
    const text = (path: string) => metadata.text(`/latest/meta-data/${path}`, { from: hostOf(web) })
    assert.equal(await text('local-ipv4'), web.privateIp)
    assert.equal(await text('network/interfaces/macs'), `${web.macAddress}/`)
    const at = (path: string) => text(`network/interfaces/macs/${web.macAddress}/${path}`)
    assert.equal(await at('vpc-id'), web.vpcId)
    assert.equal(await at('subnet-ipv4-cidr-block'), '172.31.0.0/20')
    assert.equal(await at('local-ipv4s'), web.privateIp)
    assert.equal(await at('security-groups'), 'default')
    assert.equal(await at(`ipv4-associations/${await at('public-ipv4s')}`), web.privateIp)
  })
})
