// SPDX-License-Identifier: BSD-2-Clause
// Keys of the role that an instance has through its profile.
import assert from 'node:assert/strict'
import { TerminateInstancesCommand } from '@aws-sdk/client-ec2'
import { DeleteRoleCommand, RemoveRoleFromInstanceProfileCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { type Cloud, cloud } from '../../support/cloud'
import { haveWorkers } from '../ec2/imaging-workers'
import { haveInstance } from '../ec2/instance'
import { haveProfile, trustInEc2 } from '../iam/profiles'
import { withKeys } from '../sts/people'
import { asker, id } from './asking'

describe('the metadata service of an instance with a role', () => {
  let c: Cloud
  const { text, status } = asker(() => c)
  const role = 'reader'
  const list = '/latest/meta-data/iam/security-credentials/'
  const keys = async () => JSON.parse(await text(`${list}${role}`))
  const identity = ({ AccessKeyId, SecretAccessKey, Token }: Record<string, string>) => {
    const keys = { AccessKeyId, SecretAccessKey, SessionToken: Token }
    return withKeys(c, keys).sts().send(new GetCallerIdentityCommand({}))
  }

  beforeEach(async () => {
    c = await cloud()
    haveInstance(c, { id, profileArn: await haveProfile(c, 'web', role) })
  })

  afterEach(() => c.close())

  it('names profile and role, and gives keys that work', async () => {
    assert.equal(await text('/latest/meta-data/iam/'), 'info\nsecurity-credentials/')
    assert.equal(await text(list), role)
    const { InstanceProfileArn, Code } = JSON.parse(await text('/latest/meta-data/iam/info'))
    assert.deepEqual(
      [InstanceProfileArn, Code],
      [`arn:aws:iam::${c.accountId}:instance-profile/web`, 'Success'],
    )
    const given = await keys()
    assert.deepEqual([given.Code, given.Type], ['Success', 'AWS-HMAC'])
    const { Arn } = await identity(given)
    assert.equal(Arn, `arn:aws:sts::${c.accountId}:assumed-role/${role}/${id}`)
  })

  it('gives the same keys until they are soon to expire, then others; the old ones last their time', async () => {
    const first = await keys()
    assert.deepEqual(await keys(), first)
    await c.pass(5 * 3600 + 60)
    const second = await keys()
    assert.notEqual(second.AccessKeyId, first.AccessKeyId)
    await identity(first)
    await c.pass(3600)
    await assert.rejects(identity(first), /Invalid access key or token/)
    await identity(second)
    assert.ok(Date.parse(second.Expiration) > c.clock.now())
  })

  it('takes them back when the role goes', async () => {
    const given = await keys()
    await c
      .iam()
      .send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName: 'web', RoleName: role }))
    await c.iam().send(new DeleteRoleCommand({ RoleName: role }))
    await assert.rejects(identity(given), /Invalid access key or token/)
    assert.equal(await status(list), 404)
    assert.equal(await status(`${list}${role}`), 404)
  })

  it('takes them back when the instance ends', async () => {
    const first = await keys()
    await c.pass(5 * 3600 + 60)
    const second = await keys()
    await c.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
    await c.pass(60)
    assert.equal(
      c.engine.read(tx => tx.instances.get(id)?.state),
      'terminated',
    )
    for (const given of [first, second]) await assert.rejects(identity(given), /Failed to find access key/)
    assert.equal(
      c.engine.read(tx => tx.instanceKeys.in(c.accountId).get(id)),
      undefined,
    )
  })

  it('gives none of a role that another name is asked for, or that does not trust EC2', async () => {
    assert.equal(await status(`${list}admin`), 404)
    assert.equal(await status(`${list}${role}/AccessKeyId`), 404)
    c.engine.write(tx => {
      const [kept] = tx.roles.in(c.accountId).list()
      if (kept) tx.roles.in(c.accountId).put({ ...kept, trust: trustInEc2.replace('ec2.', 'lambda.') })
    })
    assert.equal(await status(`${list}${role}`), 404)
  })

  it('tells nobody the keys of the imaging workers, who need none', async () => {
    const [worker = ''] = await haveWorkers(c)
    const here = { from: '127.0.0.1', host: 'localhost' }
    const below = `/metadata/${worker}/latest/meta-data/iam`
    const { InstanceProfileArn } = JSON.parse(await text(`${below}/info`, here))
    assert.match(InstanceProfileArn, /instance-profile\/internal\/imaging\/imaging-worker-01$/)
    assert.equal(await text(`${below}/`, here), 'info')
    assert.equal(await status(`${below}/security-credentials/`, here), 404)
    assert.equal(await status(`${below}/security-credentials/imaging-worker-01`, here), 404)
    // A role of that name is anybody else's own.
    const alice = await c.account('alice')
    const RoleName = 'imaging-worker-01'
    const profileArn = await haveProfile(alice, 'web', RoleName)
    const hers = { id: 'i-000000aa', account: alice.accountId, profileArn }
    haveInstance(c, hers)
    const path = `/metadata/${hers.id}/latest/meta-data/iam/security-credentials/`
    assert.equal(await text(path, here), RoleName)
  })
})
