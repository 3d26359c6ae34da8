// SPDX-License-Identifier: BSD-2-Clause
// A server and tools that write to one folder at the same time: nothing is lost, nothing is there twice.
import assert from 'node:assert/strict'
import { CreateSecurityGroupCommand, CreateTagsCommand, EC2Client } from '@aws-sdk/client-ec2'
import { Engine } from '../../src/engine/engine'
import { serveCloud, type Workplace, workplace } from '../support/built'
import '../support/cloud'

// Together fewer than an account may have: in a classic network, as a VPC has room for 100.
const groupsEach = 140
const env = { MALLEE_NETWORKING: 'classic' }

describe('one folder', () => {
  let place: Workplace
  before(() => {
    place = workplace()
  })
  after(() => place.close())

  it('is made once by tools that all begin with it', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, n) => place.run(['euca-create-group', '-d', 'd', `first-${n}`], { env })),
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
    const last = new Map<string, string>()
    let toolsAtWork = 2
    // Tools come and go while the server writes: each opening and leaving of the folder is a chance to lose something.
    const byServer = async (writer: number) => {
      for (let n = 0; toolsAtWork > 0; n++) {
        if (n < groupsEach) {
          const { GroupId = '' } = await ec2.send(
            new CreateSecurityGroupCommand({ GroupName: `server-${writer}-${n}`, Description: 'd' }),
          )
          told.push(GroupId)
        }
        // All write to the tags of one group as well.
        const [Key, Value] = [`${writer}-${n % 10}`, String(n)]
        await ec2.send(new CreateTagsCommand({ Resources: [told[0] ?? ''], Tags: [{ Key, Value }] }))
        last.set(Key, Value)
      }
    }
    const byTools = async (writer: number) => {
      for (let n = 0; n < 15; n++) {
        // The same names in both, so that one of two is refused.
        const { status, stdout, stderr } = await place.run(['euca-create-group', '-d', 'd', `tool-${n}`])
        const [, id = ''] = stdout.split('\t')
        if (status === 0) told.push(id)
        else {
          assert.match(stderr, /^euca-create-group: error \(InvalidGroup\.Duplicate\): /, `writer ${writer}`)
        }
      }
      toolsAtWork--
    }
    await Promise.all([byServer(0), byServer(1), byServer(2), byTools(0), byTools(1)]).catch(async error => {
      served.server.child.kill('SIGTERM')
      throw new Error(`the server said ${(await served.server.ended).stderr}`, { cause: error })
    })
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
      assert.equal(names.filter(name => name.startsWith('server-')).length, told.length - 15)
      assert.deepEqual(new Map(tags.map(({ key, value }) => [key, value])), last)
      assert.ok(told.length > 50, `only ${told.length} groups`)
    } finally {
      await engine.close()
    }
  })

  it('keeps every commit of a process while others come, write and go', async () => {
    const engine = await Engine.open({ home: place.home })
    try {
      let toolsAtWork = 3
      const tools = async (writer: number) => {
        for (let n = 0; n < 20; n++) {
          const { status, stderr } = await place.run([
            'euca-create-group',
            '-d',
            'd',
            `passing-${writer}-${n}`,
          ])
          assert.deepEqual([status, stderr], [0, ''])
        }
        toolsAtWork--
      }
      const nameOf = (n: number): string => `commit ${n}`
      let commits = 0
      const write = async () => {
        for (; toolsAtWork > 0; commits++) {
          engine.write(tx => tx.counters.put({ name: nameOf(commits), value: commits }))
          if (commits % 10 === 0) await new Promise(setImmediate)
        }
      }
      await Promise.all([write(), tools(0), tools(1), tools(2)])
      const lost = engine.read(tx =>
        Array.from({ length: commits }, (_, n) => n).filter(n => !tx.counters.get(nameOf(n))),
      )
      assert.deepEqual(lost, [], `of ${commits}`)
      const groups = engine.read(tx =>
        tx.securityGroups.list().filter(({ name }) => name.startsWith('passing-')),
      )
      assert.equal(groups.length, 60)
    } finally {
      await engine.close()
    }
  })
})
