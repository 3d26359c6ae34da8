// SPDX-License-Identifier: BSD-2-Clause
// Lists that the cloud gives in several pages, read as the tools read them.
import assert from 'node:assert/strict'
import { AddUserToGroupCommand, CreateGroupCommand, CreateUserCommand } from '@aws-sdk/client-iam'
import { allOf, everyPage } from '../../src/cli/euare/pages'
import type { Row } from '../../src/cli/row'
import { clientFor, type IamClient } from '../../src/clients'
import { loadSettings } from '../../src/config'
import { arnLines } from '../../src/rows/plain'
import { type Cloud, cloud } from '../support/cloud'

const names = Array.from({ length: 20 }, (_, index) => `user-${String(index).padStart(2, '0')}`)

describe('Lists of identities in several pages', () => {
  let c: Cloud
  let iam: IamClient
  before(async () => {
    c = await cloud()
    const sdk = c.iam()
    await sdk.send(new CreateGroupCommand({ GroupName: 'all' }))
    for (const UserName of names) {
      await sdk.send(new CreateUserCommand({ UserName, Path: '/many/' }))
      await sdk.send(new AddUserToGroupCommand({ UserName, GroupName: 'all' }))
    }
    const settings = loadSettings({ env: { MALLEE_HOME: c.home }, home: c.home, cwd: c.home })
    iam = await clientFor('iam', settings, {
      door: request => c.engine.handle(request),
      signal: new AbortController().signal,
      version: '0',
      now: () => c.clock.now(),
    })
  })
  after(() => c.close())

  const arns = () => names.map(name => `arn:aws:iam::${c.accountId}:user/many/${name}`)

  for (const MaxItems of [1, 7, 20, 21]) {
    it(`are printed and given as one, ${MaxItems} a page`, async () => {
      const printed: Row[] = []
      let pages = 0
      const whole = await everyPage(
        { print: async (...rows: Row[]) => void printed.push(...rows) },
        page => {
          pages += 1
          return iam.listUsers({ PathPrefix: '/many/', MaxItems, ...page })
        },
        'Users',
        ({ Users }, isFirst) => [...(isFirst ? ['title'] : []), ...arnLines(Users)],
      )
      assert.deepEqual(printed, ['title', ...arns()])
      assert.deepEqual(
        whole.Users.map(({ UserName }) => UserName),
        names,
      )
      assert.equal(whole.IsTruncated, false)
      assert.equal(pages, Math.ceil(names.length / MaxItems))
    })
  }

  it('are collected for whoever does something with what they hold', async () => {
    const users = await allOf(page => iam.getGroup({ GroupName: 'all', MaxItems: 3, ...page }), 'Users')
    assert.deepEqual(users.map(({ Arn }) => Arn).sort(), arns())
  })
})
