// SPDX-License-Identifier: BSD-2-Clause
// The resolver on its port, asked by Node's own and by hand.
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { Resolver as Asking } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { decode, encode, type Packet } from 'dns-packet'
import type { LoadBalancer } from '../../../src/engine/elb/schema'
import { names, type Resolver } from '../../../src/plane/names/names'
import { haveInstance } from '../../engine/ec2/instance'
import { type Cloud, cloud } from '../../support/cloud'

const framed = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}

const question = (name: string): Buffer =>
  encode({ id: 1, type: 'query', questions: [{ name, type: 'A' }] } as Packet)

describe('The resolver', () => {
  let c: Cloud
  let resolver: Resolver
  const asking = new Asking({ timeout: 2000, tries: 1 })
  const balancer = 'console-lb-000000000001.lb.eucalyptus.internal'

  before(async () => {
    c = await cloud()
    c.engine.write(tx =>
      tx.loadBalancers.in('000000000001').put({
        account: '000000000001',
        name: 'Console-LB',
        scheme: 'internet-facing',
        address: '127.5.128.1',
      } as LoadBalancer),
    )
    haveInstance(c, { id: 'i-0000000a', privateIp: '127.5.0.1' })
    haveInstance(c, { id: 'i-0000000b', privateIp: '127.5.0.2', state: 'stopped' })
    c.engine.write(tx => tx.instanceAddresses.put({ instanceId: 'i-0000000a', automaticIp: '198.18.0.9' }))
    resolver = await names(around(), 0)
    asking.setServers([`127.0.0.1:${resolver.port}`])
  })
  after(async () => {
    await resolver.stop()
    await c.close()
  })

  const around = () => ({
    engine: c.engine,
    home: c.home,
    endpoint: 'http://127.0.0.1:1',
    onBug: (error: unknown) => void c.bugs.push(error),
  })

  it('knows load balancers by their names, however they are written', async () => {
    assert.deepEqual(await asking.resolve4(balancer), ['127.5.128.1'])
    assert.deepEqual(await asking.resolve4(balancer.toUpperCase(), { ttl: true }), [
      { address: '127.5.128.1', ttl: 60 },
    ])
  })

  it('knows instances by both their names, and only while they run', async () => {
    assert.deepEqual(await asking.resolve4('euca-127-5-0-1.eucalyptus.internal'), ['127.5.0.1'])
    assert.deepEqual(await asking.resolve4('euca-198-18-0-9.eucalyptus.localhost'), ['127.5.0.1'])
    await assert.rejects(asking.resolve4('euca-127-5-0-2.eucalyptus.internal'), { code: 'ENOTFOUND' })
    await assert.rejects(asking.resolve4('euca-127-5-0-1.eucalyptus.localhost'), { code: 'ENOTFOUND' })
  })

  it('has no IPv6, and nothing of others', async () => {
    await assert.rejects(asking.resolve6(balancer), { code: 'ENODATA' })
    await assert.rejects(asking.resolve4('lb.eucalyptus.internal'), { code: 'ENODATA' })
    await assert.rejects(asking.resolve4('example.com'), { code: 'EREFUSED' })
  })

  it('sees at once what becomes of a record', async () => {
    c.engine.write(tx => {
      const { elasticIp: _, ...has } = tx.instanceAddresses.get('i-0000000a') ?? assert.fail()
      tx.instanceAddresses.put({ ...has, elasticIp: '198.18.0.77' })
    })
    assert.deepEqual(await asking.resolve4('euca-198-18-0-77.eucalyptus.localhost'), ['127.5.0.1'])
  })

  it('answers one after the other over TCP, in whatever pieces they come', async () => {
    const socket = connect(resolver.port, '127.0.0.1')
    const bytes = Buffer.concat([framed(question(balancer)), framed(question('example.com'))])
    socket.setNoDelay(true)
    const chunks: Buffer[] = []
    socket.on('data', chunk => chunks.push(chunk as Buffer))
    for (const piece of [bytes.subarray(0, 1), bytes.subarray(1, 30), bytes.subarray(30)]) {
      await new Promise(resolve => socket.write(piece, resolve))
    }
    const replies: number[] = []
    while (replies.length < 2) {
      await once(socket, 'data')
      replies.length = 0
      let all = Buffer.concat(chunks)
      while (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) {
        const end = 2 + all.readUInt16BE(0)
        replies.push(decode(all.subarray(2, end)).answers?.length ?? -1)
        all = all.subarray(end)
      }
    }
    assert.deepEqual(replies, [1, 0])
    socket.end()
    await once(socket, 'close')
  })

  it('goes on after what it cannot read', async () => {
    const socket = createSocket('udp4')
    const garbage = Buffer.concat([Buffer.from([0, 1, 1, 0, 0, 1]), Buffer.alloc(40, 0xff)])
    socket.send(garbage, resolver.port, '127.0.0.1')
    const [reply] = (await once(socket, 'message')) as [Buffer]
    assert.equal(reply.readUInt16BE(2) & 15, 1)
    socket.close()
    const stream = connect(resolver.port, '127.0.0.1')
    stream.on('error', () => {})
    stream.write(framed(Buffer.alloc(3)))
    await once(stream, 'close')
    assert.deepEqual(await asking.resolve4(balancer), ['127.5.128.1'])
  })

  it('does not begin on a port that another has', async () => {
    await assert.rejects(names(around(), resolver.port), { code: 'EADDRINUSE' })
  })
})
