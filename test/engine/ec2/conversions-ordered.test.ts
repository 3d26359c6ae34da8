// SPDX-License-Identifier: BSD-2-Clause
// Imports are worked on later, with the permissions of whoever ordered them.
import assert from 'node:assert/strict'
import { AssumeRoleCommand, GetFederationTokenCommand } from '@aws-sdk/client-sts'
import { someDisk } from '../../format/disk/disk-files'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { havePolicy, haveRole, trusting, withKeys } from '../sts/people'
import { refused } from './expect'
import { documentOf, person, type Statement } from './people'
import { importVolume, stateOf, taskOf, Upload } from './uploads'

const disk = someDisk(100_000)

const quota: Statement = {
  ...{ Effect: 'Limit', Action: 'ec2:CreateVolume' },
  Condition: { NumericLessThanEquals: { 'ec2:quota-volumenumber': '1' } },
}

describe('imports of who is no administrator', () => {
  let c: Cloud
  let alice: Clients
  let url: string

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    url = (await new Upload(alice, disk).all()).url
  })
  afterEach(() => c.close())

  const done = async (id: string) => {
    await c.pass(60)
    return (await taskOf(alice, id)).State
  }

  it('are refused to a user who may not, and carried out for one who may', async () => {
    const carl = person(c, alice, 'carl')
    const who = { ...alice, ec2: carl.ec2 }
    carl.may({ Action: 'ec2:CreateVolume' })
    await refused(importVolume(who, url), 'UnauthorizedOperation')
    carl.may({ Action: ['ec2:ImportVolume', 's3:GetObject'] })
    const id = await importVolume(who, url)
    // What is made of it needs no further permission; what is read is read as its user.
    carl.may({ Action: 's3:GetObject' })
    assert.equal(await done(id), 'completed')
  })

  it('go on for a role when the session is over, within the quotas of the role', async () => {
    const carl = person(c, alice, 'carl')
    await haveRole(alice, 'importer', trusting({ AWS: carl.keys.arn }))
    havePolicy(
      c,
      alice.accountId,
      'role/importer',
      documentOf([{ Action: ['ec2:ImportVolume', 's3:*'] }, quota]),
    )
    carl.may({ Action: 'sts:AssumeRole' })
    const RoleArn = `arn:aws:iam::${alice.accountId}:role/importer`
    const { Credentials } = await withKeys(c, carl.keys)
      .sts()
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'now', DurationSeconds: 900 }))
    const inRole = { ...alice, ec2: withKeys(c, Credentials ?? {}).ec2 }
    const late = new Upload(alice, disk, { bucket: 'late' })
    const id = await importVolume(inRole, late.url)
    await c.pass(1000)
    await refused(importVolume(inRole, url), '403 Forbidden')
    await late.all()
    await c.pass(400)
    assert.equal(await done(id), 'completed')
    const role = c.engine.read(tx => tx.roles.in(alice.accountId).must('importer'))
    assert.deepEqual(
      c.engine.read(tx => tx.volumes.list().map(({ account, createdBy }) => [account, createdBy])),
      [[alice.accountId, role.id]],
    )
    const again = await withKeys(c, carl.keys)
      .sts()
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'then' }))
    const second = await importVolume({ ...alice, ec2: withKeys(c, again.Credentials ?? {}).ec2 }, url)
    assert.equal(await done(second), 'cancelled')
    assert.equal(
      c.engine.read(tx => tx.volumes.list().length),
      1,
    )
  })

  it('end when whoever ordered them is gone', async () => {
    const carl = person(c, alice, 'carl')
    carl.may({ Action: '*' })
    const late = new Upload(alice, disk, { bucket: 'late' })
    const id = await importVolume({ ...alice, ec2: carl.ec2 }, late.url)
    c.engine.write(tx => tx.users.in(alice.accountId).delete('carl'))
    await late.all()
    assert.equal(await done(id), 'cancelled')
    assert.deepEqual((await stateOf(alice, id))[0], 'cancelled')
  })

  it('keep to the policies of a federated session', async () => {
    const carl = person(c, alice, 'carl')
    carl.may({ Action: '*' })
    const importAs = async (Policy: string) => {
      const { Credentials } = await withKeys(c, carl.keys)
        .sts()
        .send(new GetFederationTokenCommand({ Name: 'fred', Policy }))
      return importVolume({ ...alice, ec2: withKeys(c, Credentials ?? {}).ec2 }, url)
    }
    const blind = await importAs(documentOf([{ Action: 'ec2:ImportVolume' }]))
    assert.equal(await done(blind), 'active')
    const Policy = documentOf([{ Action: ['ec2:ImportVolume', 's3:GetObject'] }])
    const id = await importAs(Policy)
    const { orderer } = c.engine.read(tx => tx.conversions.must(id))
    assert.deepEqual([orderer?.kind, orderer?.policies], ['federated', [Policy]])
    assert.doesNotMatch(JSON.stringify(orderer), /secret|tokenHash/)
    assert.equal(await done(id), 'completed')
  })
})
