// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import {
  AcceptVpcPeeringConnectionCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  type CreateVpcPeeringConnectionCommandInput,
  DeleteVpcCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeVpcPeeringConnectionsCommand,
  type Filter,
  RejectVpcPeeringConnectionCommand,
} from '@aws-sdk/client-ec2'
import { removeNetworks } from '../../../../src/engine/ec2/vpc/account-networks'
import { type Clients, type Cloud, cloud } from '../../../support/cloud'
import { refused } from '../expect'
import { arnIn, person } from '../people'

const hour = 3600
const day = 24 * hour

describe('Peering connections', () => {
  let c: Cloud
  let alice: Clients
  let bob: Clients
  let carl: Clients
  let hers: string
  let his: string

  const vpc = async (who: Clients, CidrBlock: string): Promise<string> => {
    const { Vpc } = await who.ec2().send(new CreateVpcCommand({ CidrBlock }))
    return Vpc?.VpcId ?? ''
  }

  beforeEach(async () => {
    c = await cloud({ networking: 'vpc' })
    alice = await c.account('alice')
    bob = await c.account('bob')
    carl = await c.account('carl')
    hers = await vpc(alice, '10.1.0.0/16')
    his = await vpc(bob, '10.2.0.0/16')
  })
  afterEach(() => c.close())

  const asked = async (more: Partial<CreateVpcPeeringConnectionCommandInput> = {}, who = alice) => {
    const input = { VpcId: hers, PeerVpcId: his, PeerOwnerId: bob.accountId, ...more }
    const { VpcPeeringConnection } = await who.ec2().send(new CreateVpcPeeringConnectionCommand(input))
    assert.ok(VpcPeeringConnection)
    return VpcPeeringConnection
  }
  const id = async (...request: Parameters<typeof asked>): Promise<string> =>
    (await asked(...request)).VpcPeeringConnectionId ?? ''

  const accept = (who: Clients, VpcPeeringConnectionId: string) =>
    who.ec2().send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))
  const reject = (who: Clients, VpcPeeringConnectionId: string) =>
    who.ec2().send(new RejectVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))
  const remove = (who: Clients, VpcPeeringConnectionId: string) =>
    who.ec2().send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }))

  const listed = async (who: Clients, Filters?: Filter[]) => {
    const { VpcPeeringConnections = [] } = await who
      .ec2()
      .send(new DescribeVpcPeeringConnectionsCommand({ Filters }))
    return VpcPeeringConnections
  }
  const states = async (who: Clients) => (await listed(who)).map(({ Status }) => Status?.Code)

  it('are asked for by one and accepted by the other, and both see them', async () => {
    const begun = await asked({
      TagSpecifications: [
        { ResourceType: 'vpc-peering-connection', Tags: [{ Key: 'Name', Value: 'to bob' }] },
      ],
    })
    assert.equal(begun.Status?.Code, 'initiating-request')
    assert.equal(begun.ExpirationTime?.toISOString(), '2014-02-23T12:13:16.000Z')
    const [waiting] = await listed(bob)
    assert.deepEqual(waiting?.Status, {
      Code: 'pending-acceptance',
      Message: `Pending Acceptance by ${bob.accountId}`,
    })
    assert.equal(waiting?.RequesterVpcInfo?.CidrBlock, '10.1.0.0/16')
    assert.equal(waiting?.AccepterVpcInfo?.CidrBlock, undefined)
    // Tags are of the account that made them.
    assert.deepEqual(waiting?.Tags ?? [], [])
    assert.equal((await listed(alice, [{ Name: 'tag:Name', Values: ['to bob'] }])).length, 1)

    const { VpcPeeringConnection } = await accept(bob, begun.VpcPeeringConnectionId ?? '')
    assert.deepEqual(VpcPeeringConnection?.Status, { Code: 'active', Message: 'Active' })
    const [active] = await listed(alice, [{ Name: 'status-code', Values: ['active'] }])
    assert.equal(active?.ExpirationTime, undefined)
    assert.equal(active?.AccepterVpcInfo?.CidrBlock, '10.2.0.0/16')
    assert.deepEqual(await states(carl), [])
    await c.pass(8 * day)
    assert.deepEqual(await states(bob), ['active'])
  })

  it('can be tagged by either account for itself', async () => {
    const pcx = await id()
    const tagging = new CreateTagsCommand({ Resources: [pcx], Tags: [{ Key: 'from', Value: 'alice' }] })
    await bob.ec2().send(tagging)
    assert.equal((await listed(bob, [{ Name: 'tag:from', Values: ['alice'] }])).length, 1)
    assert.equal((await listed(alice, [{ Name: 'tag:from', Values: ['alice'] }])).length, 0)
    await refused(carl.ec2().send(tagging), 'InvalidVpcPeeringConnectionID.NotFound')
  })

  it('are no stranger’s to answer, and not the requester’s', async () => {
    const pcx = await id()
    for (const act of [accept, reject]) {
      await refused(act(alice, pcx), 'OperationNotPermitted')
      await refused(act(carl, pcx), 'InvalidVpcPeeringConnectionID.NotFound')
    }
    await refused(remove(carl, pcx), 'InvalidVpcPeeringConnectionID.NotFound')
    await refused(remove(bob, pcx), 'OperationNotPermitted')
    await refused(accept(bob, 'pcx-00000000'), 'InvalidVpcPeeringConnectionID.NotFound')
    await refused(accept(bob, 'vpc-00000000'), 'InvalidVpcPeeringConnectionId.Malformed')
    assert.deepEqual(await states(bob), ['pending-acceptance'])
  })

  it('are answered once', async () => {
    const pcx = await id()
    await reject(bob, pcx)
    for (const act of [accept, reject, remove]) await refused(act(bob, pcx), 'InvalidStateTransition')
    const second = await id()
    await accept(bob, second)
    for (const act of [accept, reject]) await refused(act(bob, second), 'InvalidStateTransition')
  })

  it('of rejected requests stay listed longer for who asked', async () => {
    await reject(bob, await id())
    assert.equal((await listed(alice))[0]?.Status?.Message, `Rejected by ${bob.accountId}`)
    await c.pass(2 * hour)
    assert.deepEqual([await states(alice), await states(bob)], [['rejected'], []])
    await c.pass(2 * day - 2 * hour)
    assert.deepEqual(await states(alice), [])
    assert.deepEqual(
      c.engine.read(tx => tx.vpcPeeringConnections.list()),
      [],
    )
  })

  it('are deleted by either of both, and stay listed longer for the other', async () => {
    const pcx = await id()
    await accept(bob, pcx)
    await remove(bob, pcx)
    await refused(remove(alice, pcx), 'InvalidStateTransition')
    assert.equal((await listed(alice))[0]?.Status?.Message, `Deleted by ${bob.accountId}`)
    await c.pass(2 * hour)
    assert.deepEqual([await states(alice), await states(bob)], [['deleted'], []])
    await refused(remove(bob, pcx), 'InvalidVpcPeeringConnectionID.NotFound')
    const request = await id()
    await remove(alice, request)
    assert.deepEqual((await states(bob)).sort(), ['deleted'])
  })

  it('of one account go from its lists after two hours', async () => {
    const other = await vpc(alice, '10.3.0.0/16')
    const pcx = await asked({ PeerVpcId: other, PeerOwnerId: undefined })
    assert.equal(pcx.AccepterVpcInfo?.CidrBlock, '10.3.0.0/16')
    await accept(alice, pcx.VpcPeeringConnectionId ?? '')
    await remove(alice, pcx.VpcPeeringConnectionId ?? '')
    await c.pass(2 * hour)
    assert.deepEqual(await states(alice), [])
  })

  it('expire when nobody answers for a week', async () => {
    const pcx = await id()
    await c.pass(7 * day)
    assert.deepEqual([await states(alice), await states(bob)], [['expired'], ['expired']])
    await refused(accept(bob, pcx), 'InvalidStateTransition')
    await c.pass(2 * day - 1)
    assert.deepEqual([await states(alice), await states(bob)], [['expired'], ['expired']])
    await c.pass(1)
    assert.deepEqual([await states(alice), await states(bob)], [[], []])
  })

  it('of one account that expired stay in its lists for two days', async () => {
    const PeerVpcId = await vpc(alice, '10.3.0.0/16')
    await id({ PeerVpcId, PeerOwnerId: alice.accountId })
    await c.pass(7 * day + 2 * hour)
    assert.deepEqual(await states(alice), ['expired'])
    await c.pass(2 * day)
    assert.deepEqual(await states(alice), [])
  })

  it('fail in one way, whatever the reason, and the other is not told', async () => {
    const same = await vpc(bob, '10.1.128.0/24')
    for (const more of [
      { PeerVpcId: same },
      { PeerVpcId: 'vpc-00000000' },
      { PeerOwnerId: carl.accountId },
      { PeerOwnerId: undefined },
    ]) {
      const failed = await asked(more)
      assert.deepEqual(failed.Status, {
        Code: 'failed',
        Message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
      })
      await refused(remove(alice, failed.VpcPeeringConnectionId ?? ''), 'InvalidStateTransition')
    }
    assert.deepEqual([await states(bob), await states(carl)], [[], []])
    assert.equal((await states(alice)).length, 4)
    await c.pass(2 * hour)
    assert.deepEqual(await states(alice), [])
  })

  it('are refused where there is one, and where the request means nothing', async () => {
    await id()
    await refused(asked(), 'VpcPeeringConnectionAlreadyExists')
    const back = { VpcId: his, PeerVpcId: hers, PeerOwnerId: alice.accountId }
    await refused(asked(back, bob), 'VpcPeeringConnectionAlreadyExists')
    await refused(asked({ VpcId: his }), 'InvalidVpcID.NotFound')
    await refused(asked({ PeerVpcId: 'subnet-00000000' }), 'InvalidVpcId.Malformed')
    await refused(asked({ PeerVpcId: undefined }), 'MissingParameter')
    await refused(asked({ PeerRegion: 'mars' }), 'InvalidParameterValue')
    await refused(asked({ PeerOwnerId: 'bob\n\u0007' }), 'InvalidParameterValue')
    await refused(asked({ PeerOwnerId: '1'.repeat(60_000) }), 'InvalidParameterValue')
    const classic = await cloud()
    await refused(
      classic.ec2().send(new CreateVpcPeeringConnectionCommand({ VpcId: hers, PeerVpcId: his })),
      'UnsupportedOperation',
    )
    await classic.close()
  })

  it('are limited: 25 requests of a VPC, and 50 that are active', async () => {
    const fill = (count: number, state: 'active' | 'pending-acceptance') =>
      c.engine.write(tx => {
        for (let number = 0; number < count; number += 1) {
          tx.vpcPeeringConnections.put({
            ...{ account: alice.accountId, createdAt: tx.now, id: `pcx-0000${1000 + number}`, message: '' },
            requester: { account: alice.accountId, vpcId: hers, cidr: '10.1.0.0/16' },
            accepter: { account: bob.accountId, vpcId: `vpc-0000${1000 + number}`, cidr: '10.9.0.0/16' },
            state,
          })
        }
      })
    const pcx = await id()
    await remove(alice, pcx)
    fill(25, 'pending-acceptance')
    await refused(asked(), 'OutstandingVpcPeeringConnectionLimitExceeded')
    fill(49, 'active')
    const last = await id()
    c.engine.write(tx =>
      tx.vpcPeeringConnections.put({ ...tx.vpcPeeringConnections.must('pcx-00001000'), id: 'pcx-00002000' }),
    )
    await refused(accept(bob, last), 'VpcPeeringConnectionsPerVpcLimitExceeded')
  })

  it('end with the VPC that they are asked for', async () => {
    const pcx = await id()
    await bob.ec2().send(new DeleteVpcCommand({ VpcId: his }))
    assert.equal((await listed(alice))[0]?.Status?.Message, `Deleted by ${bob.accountId}`)
    await refused(accept(bob, pcx), 'InvalidStateTransition')
  })

  it('end with the account that they are asked of', async () => {
    await id()
    c.engine.write(tx => removeNetworks(tx, bob.accountId))
    assert.deepEqual(await states(alice), ['deleted'])
  })

  it('leave no tags behind when they go with the account that asked', async () => {
    await bob
      .ec2()
      .send(new CreateTagsCommand({ Resources: [await id()], Tags: [{ Key: 'from', Value: 'a' }] }))
    c.engine.write(tx => removeNetworks(tx, alice.accountId))
    assert.deepEqual(
      c.engine.read(tx => tx.tags.in(bob.accountId).list()),
      [],
    )
  })

  it('are accepted by who may connect just these two VPCs', async () => {
    const pcx = await id()
    const dora = person(c, bob, 'dora')
    const of = arnIn(bob.accountId)
    const accepting = (RequesterVpc: string) =>
      dora.may(
        { Action: 'ec2:AcceptVpcPeeringConnection', Resource: of('vpc', his) },
        {
          Action: ['ec2:AcceptVpcPeeringConnection', 'ec2:DescribeVpcPeeringConnections'],
          Resource: of('vpc-peering-connection', '*'),
          Condition: {
            ArnEquals: {
              'ec2:RequesterVpc': arnIn(alice.accountId)('vpc', RequesterVpc),
              'ec2:AccepterVpc': of('vpc', his),
            },
          },
        },
      )
    const acceptAsDora = () =>
      dora.ec2().send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: pcx }))
    accepting('vpc-00000000')
    await refused(acceptAsDora(), 'UnauthorizedOperation')
    const listing = () => dora.ec2().send(new DescribeVpcPeeringConnectionsCommand({}))
    assert.deepEqual((await listing()).VpcPeeringConnections ?? [], [])
    accepting(hers)
    assert.equal((await listing()).VpcPeeringConnections?.length, 1)
    await acceptAsDora()
  })

  it('are everybody’s to an administrator who says so', async () => {
    await id()
    const { VpcPeeringConnections } = await c
      .ec2()
      .send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: ['verbose'] }))
    assert.equal(VpcPeeringConnections?.length, 1)
    assert.deepEqual(await states(c), [])
  })
})
