// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { type createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { KnownKeys } from '../../../src/plane/balancers/known-keys'
import { until } from '../../support/until'
import { anAddress, endAll, listener, pair, planOf, streamInstance, target, webInstance } from './scene'

const pem = (key: ReturnType<typeof createPublicKey>): string =>
  key.export({ type: 'spki', format: 'pem' }).toString()

describe('Instances that are known by their public keys', () => {
  afterEach(endAll)

  const shown = pem(new X509Certificate(pair.certificate).publicKey)
  const other = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)

  const reached = async (keys: readonly string[], address: string): Promise<boolean> => {
    const plan = planOf({
      listeners: [listener({ instanceProtocol: 'HTTPS' })],
      backends: [{ instancePort: 8888, proxyProtocol: false, publicKeys: keys }],
      targets: [target(address, { ports: [8888, 9999] })],
    })
    const [one] = (await new KnownKeys().trusted(plan)).targets
    assert.equal(one?.ports.includes(9999), true)
    return one?.ports.includes(8888) === true
  }

  it('are reached with one of the keys, or where none is asked for', async () => {
    const instance = await webInstance(8888, { isTls: true })
    assert.equal(await reached([other, shown], instance), true)
    assert.equal(await reached([], instance), true)
  })

  it('are not reached with another key, without TLS, without an answer, or when nothing listens', async () => {
    const outcomes = await Promise.all([
      webInstance(8888, { isTls: true }).then(instance => reached([other], instance)),
      webInstance(8888).then(instance => reached([shown], instance)),
      streamInstance(8888, () => {}).then(instance => reached([shown], instance)),
      reached([shown], anAddress()),
    ])
    assert.deepEqual(outcomes, [false, false, false, false])
  })

  it('are asked again, so that one that begins to show its key is reached', async () => {
    const address = anAddress()
    const plan = planOf({
      listeners: [listener({ instanceProtocol: 'HTTPS' })],
      backends: [{ instancePort: 8888, proxyProtocol: false, publicKeys: [shown] }],
      targets: [target(address)],
    })
    const keys = new KnownKeys()
    assert.deepEqual((await keys.trusted(plan)).targets[0]?.ports, [])
    await webInstance(8888, { isTls: true, at: address })
    await until(async () => (await keys.trusted(plan)).targets[0]?.ports.length === 1)
  })
})
