// SPDX-License-Identifier: BSD-2-Clause
// Lists that the cloud gives in several pages, asked for by the tools.
import assert from 'node:assert/strict'
import { AddUserToGroupCommand, CreateGroupCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import { loader, run } from '../cli/process'
import { type Cloud, cloud } from '../support/cloud'

const names = Array.from({ length: 130 }, (_, index) => `user-${String(index).padStart(3, '0')}`)

describe('Tools that list more than a page holds', () => {
  let c: Cloud
  const lines = async (typed: string): Promise<string[]> => {
    const { status, stdout, stderr } = await run(typed.split(' '), {
      env: { MALLEE_HOME: c.home },
      door: request => c.engine.handle(request),
      now: () => c.clock.now(),
    })
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' })
    return stdout.split('\n').slice(0, -1)
  }

  before(async () => {
    await loader
    c = await cloud()
    const iam = c.iam()
    await iam.send(new CreateGroupCommand({ GroupName: 'all' }))
    for (const UserName of names) {
      await iam.send(new CreateUserCommand({ UserName, Path: '/many/' }))
      await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'all' }))
    }
  })
  after(() => c.close())

  const arn = (name: string) => `arn:aws:iam::${c.accountId}:user/many/${name}`

  it('show all users once', async () => {
    assert.deepEqual(await lines('euare-userlistbypath -p /many/'), names.map(arn))
  })

  it('show all members of a group below one title', async () => {
    const [group, title, ...members] = await lines('euare-grouplistusers all')
    assert.deepEqual([group, title], [`arn:aws:iam::${c.accountId}:group/all`, '   users'])
    assert.deepEqual(
      members.sort(),
      names.map(name => `   ${arn(name)}`),
    )
  })

  it('delete a group with all of its members', async () => {
    assert.equal((await lines('euare-groupdel all -p')).length, names.length + 2)
    assert.deepEqual(await lines('euare-groupdel all -r'), [])
    assert.deepEqual(await lines('euare-grouplistbypath'), ['groups'])
  })
})
