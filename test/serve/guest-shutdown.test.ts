// SPDX-License-Identifier: BSD-2-Clause
// `mallee guest-shutdown`, which stands in for what is typed in a guest.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { shutDownGuest } from '../../src/serve/guest-shutdown'
import { loader } from '../cli/process'
import { haveInstance } from '../engine/ec2/instance'
import { type Cloud, cloud } from '../support/cloud'

const id = 'i-0000000a'

describe('Switching a guest off from within', () => {
  let c: Cloud
  before(() => loader)
  beforeEach(async () => {
    c = await cloud()
  })
  afterEach(() => c.close())

  const stateOf = () => c.engine.read(tx => tx.instances.must(id).state)

  it('stops an instance that boots from a volume', async () => {
    haveInstance(c, { id, rootDeviceType: 'ebs' })
    assert.equal(await shutDownGuest(c.home, 'I-0000000A', c.clock), 'stopping')
    await c.pass(5)
    assert.equal(stateOf(), 'stopped')
  })

  it('ends an instance that is to be terminated then', async () => {
    haveInstance(c, { id, rootDeviceType: 'ebs', shutdownBehavior: 'terminate' })
    assert.equal(await shutDownGuest(c.home, id, c.clock), 'shutting-down')
    await c.pass(5)
    assert.equal(stateOf(), 'terminated')
  })

  it('needs a guest that is on', async () => {
    haveInstance(c, { id, state: 'pending' })
    const text = { name: 'NoGuestError', message: `The instance '${id}' is pending: no guest is on.` }
    await assert.rejects(shutDownGuest(c.home, id, c.clock), text)
    await assert.rejects(shutDownGuest(c.home, 'i-0000000b', c.clock), { name: 'NoGuestError' })
  })

  it('makes no cloud where there is none', async () => {
    const home = join(c.home, 'none')
    await assert.rejects(shutDownGuest(home, id, c.clock), { name: 'NoGuestError' })
    assert.ok(!existsSync(home))
  })
})
