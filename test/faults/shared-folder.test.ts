// SPDX-License-Identifier: BSD-2-Clause
// A server and tools that write to one folder at the same time: nothing is lost, nothing is there twice.
import assert from 'node:assert/strict'
import { CreateSecurityGroupCommand, CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { Engine } from '../../src/engine/engine'
import { serveCloud, type Workplace, workplace } from '../support/built'
import '../support/cloud'

describe('one folder', () => {
  let place: Workplace
  before(() => {
    place = workplace()
  })
  after(() => place.close())

  it('is made once by tools that all begin with it', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, n) => place.run(['euca-create-group', '-d', 'd', `first-${n}`])),
    )
    for (const { status, stderr } of outcomes) assert.deepEqual([status, stderr], [0, ''])
    const { stdout } = await place.run(['euca-describe-groups'])
    assert.equal(
      new Set(stdout.split('\n').map(line => line.split('\t')[2])).size,
      2,
      'one account, and the end',
    )
    assert.equal(stdout.match(/\tfirst-\d\t/g)?.length, 6)
  })

  it('takes the writes of a server and of many tools', async () => {
    const served = await serveCloud(place)
    const { accessKeyId, secretAccessKey, endpoint } = served
    const ec2 = new EC2Client({
      region: 'eucalyptus',
      endpoint: `${endpoint}/services/compute`,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    })
    const told: string[] = []
    const byServer = async (writer: number) => {
      for (let n = 0; n < 60; n++) {
        const { GroupId = '' } = await ec2.send(
          new CreateSecurityGroupCommand({ GroupName: `server-${writer}-${n}`, Description: 'd' }),
        )
        told.push(GroupId)
        // All write to the tags of one group as well.
        const Tags = [{ Key: `${writer}-${n % 10}`, Value: String(n) }]
        await ec2.send(new CreateTagsCommand({ Resources: [told[0] ?? GroupId], Tags }))
      }
    }
    const byTools = async (writer: number) => {
      for (let n = 0; n < 15; n++) {
        // The same names in both, so that one of two is refused.
        const { status, stdout, stderr } = await place.run(['euca-create-group', '-d', 'd', `tool-${n}`])
        const [, id = ''] = stdout.split('\t')
        if (status === 0) told.push(id)
        else
          assert.match(stderr, /^euca-create-group: error \(InvalidGroup\.Duplicate\): /, `writer ${writer}`)
      }
    }
    await Promise.all([byServer(0), byServer(1), byServer(2), byTools(0), byTools(1)])
    served.server.child.kill('SIGTERM')
    assert.deepEqual(await served.server.ended.then(({ status, stderr }) => [status, stderr]), [0, ''])
    const engine = await Engine.open({ home: place.home })
    try {
      const { groups, tags } = engine.read(tx => ({
        groups: tx.securityGroups.list(),
        tags: tx.tags.everywhere().filter(tag => tag.resourceId === told[0]),
      }))
      const ids = groups.map(group => group.id)
      assert.equal(new Set(ids).size, ids.length)
      assert.equal(new Set(told).size, told.length)
      for (const id of told) assert.ok(ids.includes(id), `${id} is lost`)
      const names = groups.map(group => group.name)
      assert.equal(new Set(names).size, names.length, 'no name is there twice')
      assert.equal(names.filter(name => name.startsWith('tool-')).length, 15)
      assert.equal(names.filter(name => name.startsWith('server-')).length, 180)
      assert.equal(tags.length, 30)
      for (const { value } of tags)
        assert.ok(Number(value) >= 50, 'the last value of a tag is the one that counts')
    } finally {
      await engine.close()
    }
  })
})
