// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeTagsCommand,
} from '@aws-sdk/client-ec2'
import { blockOf, includes, isCanonical, overlaps } from '../../../../src/engine/ec2/cidr'
import { defaultVpc, mainRouteTable } from '../../../../src/engine/ec2/vpc/foundation'
import { NetworkingError, serve } from '../../../../src/serve/serve'
import { cloud } from '../../../support/cloud'
import { euareOf, refusal } from '../../iam/euare'

describe('The default VPC', () => {
  it('is there in every account of a cloud with VPCs, whole', async () => {
    const c = await cloud({ networking: 'vpc' })
    const alice = await c.account('alice')
    for (const { accountId } of [c, alice]) {
      c.engine.read(tx => {
        const vpc = defaultVpc(tx, accountId)
        assert.ok(vpc)
        assert.equal(vpc.cidr, '172.31.0.0/16')
        const subnets = tx.subnets.list().filter(({ vpcId }) => vpcId === vpc.id)
        assert.deepEqual(subnets.map(({ cidr }) => cidr).sort(), ['172.31.0.0/20', '172.31.16.0/20'])
        assert.deepEqual(
          mainRouteTable(tx, vpc.id).routes.map(({ cidr }) => cidr),
          ['172.31.0.0/16', '0.0.0.0/0'],
        )
        const group = tx.securityGroups.list().find(({ vpcId }) => vpcId === vpc.id)
        assert.deepEqual([group?.name, group?.rules.length, group?.egress?.length], ['default', 1, 1])
      })
    }
    await c.close()
  })

  it('is not there in a classic cloud', async () => {
    const c = await cloud({ networking: 'classic' })
    assert.equal(
      c.engine.read(tx => tx.vpcs.list().length),
      0,
    )
    await c.close()
  })

  it('can be tagged by its owner, and by nobody else', async () => {
    const c = await cloud({ networking: 'vpc' })
    const alice = await c.account('alice')
    const bob = await c.account('bob')
    const id = c.engine.read(tx => defaultVpc(tx, alice.accountId)?.id) as string
    const tagging = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'Name', Value: 'home' }] })
    await alice.ec2().send(tagging)
    const { Tags } = await alice.ec2().send(new DescribeTagsCommand({}))
    assert.deepEqual(Tags, [{ ResourceId: id, ResourceType: 'vpc', Key: 'Name', Value: 'home' }])
    await assert.rejects(bob.ec2().send(tagging), { name: 'InvalidVpcID.NotFound' })
    await c.close()
  })
})

describe('An account', () => {
  it('is not deleted while it has a VPC that somebody made, and its default VPC goes with it', async () => {
    const c = await cloud({ networking: 'vpc' })
    const root = await euareOf(c)
    const alice = await c.account('alice')
    const remove = () => root.deleteAccount({ AccountName: 'alice', Recursive: true })
    const { Vpc } = await alice.ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    await refusal(remove(), 'DeleteConflict', 409)
    await alice.ec2().send(new DeleteVpcCommand({ VpcId: Vpc?.VpcId }))
    await remove()
    const left = c.engine.read(tx =>
      [tx.vpcs, tx.subnets, tx.routeTables, tx.networkAcls].flatMap(table =>
        table.list().filter(({ account }) => account === alice.accountId),
      ),
    )
    assert.deepEqual(left, [])
    await c.close()
  })
})

describe('Networking', () => {
  it('stays what a cloud was founded with', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mallee-test-'))
    const options = { home, host: '127.0.0.1', port: 0, onBug: assert.ifError }
    const first = await serve({ ...options, networking: 'classic' })
    await first.stop()
    await assert.rejects(serve({ ...options, networking: 'vpc' }), NetworkingError)
    const again = await serve({ ...options, usualNetworking: 'vpc' })
    assert.equal(
      again.engine.read(tx => tx.vpcs.list().length),
      0,
    )
    await again.stop()
    rmSync(home, { recursive: true })
  })
})

describe('Blocks of addresses', () => {
  const block = (text: string) => {
    const found = blockOf(text)
    assert.ok(found, text)
    return found
  }

  it('are compared by the addresses in them', () => {
    assert.equal(includes(block('10.0.0.0/8'), block('10.255.255.0/24')), true)
    assert.equal(includes(block('10.0.0.0/24'), block('10.0.1.0/24')), false)
    assert.equal(overlaps(block('10.0.0.0/24'), block('10.0.0.128/25')), true)
    assert.equal(overlaps(block('10.0.0.0/24'), block('10.0.1.0/24')), false)
    assert.equal(includes(block('0.0.0.0/0'), block('255.255.255.255/32')), true)
  })

  it('are nothing else than four octets and a length', () => {
    for (const text of ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '10.0.0.0/8/8', '::/0', ''])
      assert.equal(blockOf(text), undefined, text)
    assert.equal(isCanonical('10.0.0.1/24'), false)
    assert.equal(isCanonical('10.0.0.0/24'), true)
  })
})
