// SPDX-License-Identifier: BSD-2-Clause
// A password that is not given is asked for at the terminal, twice, and is seen nowhere.
import assert from 'node:assert/strict'
import { type Recorder, recorder } from '../commands/recorder'
import { type Workplace, workplace } from '../support/built'
import { need } from '../support/programs'
import { atTerminal } from './terminal'

const [first, again] = ['New password:', 'The same again:']

describe('A password at the terminal', () => {
  let place: Workplace
  let service: Recorder
  before(async function () {
    need(this, 'python3:pty')
    place = workplace()
    service = await recorder()
  })
  beforeEach(() => {
    service.requests.length = 0
  })
  after(async () => {
    await service?.close()
    await place?.close()
  })

  it('is asked for until it is the same twice, and not shown', async () => {
    const { status, stdout } = await atTerminal(
      place,
      ['euare-useraddloginprofile', 'bob'],
      [
        [first, 'open sesame\r'],
        [again, 'open sesam\r'],
        [first, 'pass word\r'],
        [again, 'pass word\r'],
      ],
      { env: service.env },
    )
    assert.equal(status, 0, stdout)
    assert.match(stdout, /The two are not the same\./)
    assert.doesNotMatch(stdout, /sesam|pass word/)
    assert.deepEqual(service.requests, [
      { Action: 'CreateLoginProfile', UserName: 'bob', Password: 'pass word' },
    ])
  })

  it('can be left unsaid, which changes nothing', async () => {
    const { status } = await atTerminal(
      place,
      ['euare-usermodloginprofile', 'bob'],
      [
        [first, 'one\r'],
        [again, '\x03'],
      ],
      { env: service.env },
    )
    assert.equal(status, 130)
    assert.deepEqual(service.requests, [])
  })
})
