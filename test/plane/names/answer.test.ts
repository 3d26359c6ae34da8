// SPDX-License-Identifier: BSD-2-Clause
// DNS messages in and out, without a network.
import assert from 'node:assert/strict'
import { decode, encode, type Packet } from 'dns-packet'
import { answered, type Lookup } from '../../../src/plane/names/answer'

const zone = 'eucalyptus.internal'
const known = `console-lb-000000000001.lb.${zone}`

const lookup: Lookup = name => {
  if (name !== zone && !name.endsWith(`.${zone}`)) return undefined
  if (name === zone) return { zone, addresses: [] }
  return { zone, addresses: name === known ? ['127.5.128.1'] : undefined }
}

const question = (name: string, type = 'A', rest: object = {}): Buffer =>
  encode({ id: 4711, type: 'query', flags: 0x100, questions: [{ name, type }], ...rest } as Packet)

const ask = (message: Buffer, isUdp = true) => {
  const reply = answered(message, lookup, isUdp) ?? assert.fail('no answer')
  const { answers, authorities, additionals, ...rest } = decode(reply) as ReturnType<typeof decode> & {
    readonly rcode: string
    readonly flag_aa: boolean
    readonly flag_tc: boolean
    readonly flag_ra: boolean
  }
  return { answers, authorities, additionals, reply, ...rest }
}

const opt = (about: object = {}) => ({
  additionals: [{ type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options: [], ...about }],
})

describe('Answers to DNS messages', () => {
  it('are addresses of names that there are', () => {
    const { id, rcode, answers, flag_aa, flag_ra, authorities } = ask(question(known))
    assert.deepEqual(
      { id, rcode, flag_aa, flag_ra },
      { id: 4711, rcode: 'NOERROR', flag_aa: true, flag_ra: false },
    )
    assert.deepEqual(
      answers?.map(answer => [
        answer.name,
        answer.type,
        'ttl' in answer && answer.ttl,
        'data' in answer && answer.data,
      ]),
      [[known, 'A', 60, '127.5.128.1']],
    )
    assert.deepEqual(authorities, [])
  })

  it('repeat the question as it was written', () => {
    const mixed = known.replace('console', 'cOnSoLe').replace('eucalyptus', 'EUCAlyptus')
    const message = question(mixed)
    const { reply, answers } = ask(message)
    assert.deepEqual(reply.subarray(12, message.length), message.subarray(12))
    assert.equal(answers?.[0]?.name, mixed)
    assert.equal(answers?.length, 1)
  })

  it('say that a name has nothing of another type, and for how long that holds', () => {
    for (const type of ['AAAA', 'MX', 'TXT']) {
      const { rcode, answers, authorities } = ask(question(known, type))
      assert.deepEqual([rcode, answers, authorities?.[0]?.type], ['NOERROR', [], 'SOA'])
    }
    assert.deepEqual(ask(question(known, 'ANY')).answers?.length, 1)
    assert.equal(ask(question(zone, 'SOA')).answers?.[0]?.type, 'SOA')
    assert.deepEqual(ask(question(zone)).answers, [])
  })

  it('tell names that there are not from those that are not ours', () => {
    const { rcode, authorities, flag_aa } = ask(question(`nobody.lb.${zone}`))
    assert.deepEqual([rcode, authorities?.[0]?.name, flag_aa], ['NXDOMAIN', zone, true])
    for (const name of ['example.com', 'internal', `not${zone}`, '.']) {
      const refused = ask(question(name))
      assert.deepEqual([refused.rcode, refused.flag_aa, refused.answers], ['REFUSED', false, []], name)
    }
    const chaos = encode({
      id: 1,
      type: 'query',
      questions: [{ name: zone, type: 'TXT', class: 'CH' }],
    } as Packet)
    assert.equal(ask(chaos).rcode, 'REFUSED')
  })

  it('do not take a dot in a label for one between two', () => {
    const [first = '', ...others] = known.split('.')
    const label = Buffer.from(`${first}.${others.join('.')}`.slice(0, 40))
    const rest = `${first}.${others.join('.')}`.slice(41).split('.')
    const name = Buffer.concat([
      ...[label, ...rest.map(part => Buffer.from(part))].map(part =>
        Buffer.concat([Buffer.from([part.length]), part]),
      ),
      Buffer.from([0, 0, 1, 0, 1]),
    ])
    const message = Buffer.concat([question('.').subarray(0, 12), name])
    assert.equal(ask(message).rcode, 'REFUSED')
  })

  it('have an OPT record where the question has one', () => {
    const { additionals, answers } = ask(question(known, 'A', opt()))
    assert.equal(answers?.length, 1)
    assert.deepEqual(
      additionals?.map(record => [record.type, 'udpPayloadSize' in record && record.udpPayloadSize]),
      [['OPT', 1232]],
    )
    assert.deepEqual(ask(question(known)).additionals, [])
    const unknown = ask(question(known, 'A', opt({ ednsVersion: 1 })))
    const record = unknown.additionals?.[0] as unknown as { extendedRcode: number }
    assert.deepEqual([record.extendedRcode, unknown.answers], [1, []])
    const twice = { additionals: [...opt().additionals, ...opt().additionals] }
    assert.equal(ask(question(known, 'A', twice)).rcode, 'FORMERR')
  })

  it('are cut where they do not fit, so that one asks again by TCP', () => {
    const many: Lookup = () => ({
      zone,
      addresses: Array.from({ length: 100 }, (_, n) => `127.5.128.${n + 1}`),
    })
    const small = decode(answered(question(known), many, true) ?? assert.fail())
    assert.deepEqual([(small as unknown as { flag_tc: boolean }).flag_tc, small.answers], [true, []])
    assert.equal(decode(answered(question(known), many, false) ?? assert.fail()).answers?.length, 100)
  })

  it('say that a message cannot be read or is of a kind that is not for us', () => {
    const message = question(known)
    assert.equal(ask(message.subarray(0, 20)).rcode, 'FORMERR')
    const two = encode({
      id: 1,
      questions: [
        { name: zone, type: 'A' },
        { name: zone, type: 'A' },
      ],
    } as Packet)
    assert.equal(ask(two).rcode, 'FORMERR')
    const update = Buffer.from(message)
    update.writeUInt16BE(5 << 11, 2)
    assert.equal(ask(update).rcode, 'NOTIMP')
    // A name that points to itself.
    const looping = Buffer.concat([message.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])])
    assert.equal(ask(looping).rcode, 'FORMERR')
  })

  it('are given to no answer, and to nothing that is no message', () => {
    const reply = answered(question(known), lookup, true) ?? assert.fail()
    assert.equal(answered(reply, lookup, true), undefined)
    for (const bytes of [0, 1, 11]) assert.equal(answered(Buffer.alloc(bytes), lookup, true), undefined)
  })

  it('are given whatever a message is made of', () => {
    const whole = question(known, 'A', opt())
    let state = 7
    const chance = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * below)
    }
    for (let round = 0; round < 3000; round++) {
      const spoilt = Buffer.from(whole.subarray(0, 12 + chance(whole.length - 11)))
      for (let change = chance(6); change > 0; change--) spoilt[chance(spoilt.length)] = chance(256)
      const reply = answered(spoilt, lookup, true)
      if (reply)
        assert.deepEqual([reply.subarray(0, 2), reply.readUInt16BE(2) >> 15], [spoilt.subarray(0, 2), 1])
    }
  })
})
