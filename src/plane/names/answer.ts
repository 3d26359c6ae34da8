// SPDX-License-Identifier: BSD-2-Clause
// One DNS message in, one out (RFC 1035, RFC 6891). The question goes back byte by byte as it came: resolvers mix upper and
// lower case in it to tell answers from forgeries.
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  TRUNCATED_RESPONSE,
} from 'dns-packet'
import type { Found } from './lookup'

/** What a name in lower case leads to; undefined: it is none of ours. */
export type Lookup = (name: string) => Found | undefined

const headerBytes = 12
const responseFlag = 0x8000
const recursionDesired = 0x0100
const ttlSeconds = 60
// What every path carries in one piece (DNS flag day 2020); without EDNS it is RFC 1035's.
const ownUdpBytes = 1232
const plainUdpBytes = 512

const codes = { fine: 0, malformed: 1, noName: 3, notImplemented: 4, refused: 5 } as const

// The first four bits of what OPT holds more of a code: 16 is BADVERS.
const badVersion = 1

interface Reply {
  readonly code: number
  readonly answers?: readonly Answer[]
  readonly authorities?: readonly Answer[]
  readonly isOurs?: boolean
  /** There was an OPT record, so that one belongs into the answer. */
  readonly edns?: { readonly extendedRcode: number } | undefined
}

interface Question {
  /** As it came. */
  readonly bytes: Buffer
  readonly labels: number
}

/** The one question; undefined where it cannot be told where it ends. Its name is never compressed. */
const questionOf = (message: Buffer): Question | undefined => {
  if (message.readUInt16BE(4) !== 1) return undefined
  let at = headerBytes
  let labels = 0
  for (let length = message[at]; length !== 0; length = message[at]) {
    if (length === undefined || length > 63) return undefined
    at += length + 1
    labels += 1
  }
  const end = at + 1 + 4
  return end <= message.length ? { bytes: message.subarray(headerBytes, end), labels } : undefined
}

const headOf = (message: Buffer, flags: number, counts: readonly number[]): Buffer => {
  const head = Buffer.alloc(headerBytes)
  message.copy(head, 0, 0, 2)
  // The kind of query and the wish for recursion, which is not fulfilled, are repeated.
  head.writeUInt16BE(responseFlag | (message.readUInt16BE(2) & (0x7800 | recursionDesired)) | flags, 2)
  for (const [index, count] of counts.entries()) head.writeUInt16BE(count, 4 + index * 2)
  return head
}

const optOf = (extendedRcode: number): Answer =>
  ({
    type: 'OPT',
    name: '.',
    udpPayloadSize: ownUdpBytes,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    options: [],
  }) as never

/** Records as bytes: a message of them alone, without its head. */
const recordBytes = (records: readonly Answer[]): Buffer =>
  encode({ answers: [...records] }).subarray(headerBytes)

const written = (message: Buffer, question: Question | undefined, reply: Reply, limit: number): Buffer => {
  const { code, answers = [], authorities = [], isOurs = false, edns } = reply
  const flags = code | (isOurs ? AUTHORITATIVE_ANSWER : 0)
  const options = edns ? [optOf(edns.extendedRcode)] : []
  const asked = question?.bytes ?? Buffer.alloc(0)
  const write = (more: number, answers: readonly Answer[], authorities: readonly Answer[]): Buffer =>
    Buffer.concat([
      headOf(message, flags | more, [question ? 1 : 0, answers.length, authorities.length, options.length]),
      asked,
      recordBytes([...answers, ...authorities, ...options]),
    ])
  const whole = write(0, answers, authorities)
  return whole.length <= limit ? whole : write(TRUNCATED_RESPONSE, [], [])
}

const soaOf = (zone: string): Answer => ({
  type: 'SOA',
  name: zone,
  ttl: ttlSeconds,
  data: {
    mname: `ns.${zone}`,
    rname: `root.${zone}`,
    serial: 1,
    refresh: 3600,
    retry: 600,
    expire: 86_400,
    minimum: ttlSeconds,
  },
})

const judged = (name: string, type: string, lookup: Lookup): Reply => {
  const known = lookup(name.toLowerCase())
  if (!known) return { code: codes.refused }
  const { zone, addresses } = known
  const soa = soaOf(zone)
  if (addresses === undefined) return { code: codes.noName, authorities: [soa], isOurs: true }
  const answers: Answer[] = [
    ...(type === 'A' || type === 'ANY'
      ? addresses.map((data): Answer => ({ type: 'A', name, ttl: ttlSeconds, data }))
      : []),
    ...(name.toLowerCase() === zone && (type === 'SOA' || type === 'ANY') ? [soa] : []),
  ]
  return { code: codes.fine, answers, authorities: answers.length === 0 ? [soa] : [], isOurs: true }
}

const read = (message: Buffer): DecodedPacket | undefined => {
  try {
    return decode(message)
  } catch {
    // It is told that it cannot be read.
    return undefined
  }
}

/** Whether the library's text of a name tells all of it: no label has a dot or bytes beyond ASCII in it. */
const isPlain = (name: string, { labels }: Question): boolean =>
  /^[\x21-\x7e]+$/.test(name) && name.split('.').length === labels

const replyTo = (
  message: Buffer,
  question: Question | undefined,
  lookup: Lookup,
): Reply & { udpBytes?: number } => {
  if ((message.readUInt16BE(2) & 0x7800) !== 0) return { code: codes.notImplemented }
  const parsed = read(message)
  const [asked] = parsed?.questions ?? []
  if (!parsed || !asked || !question || parsed.questions?.length !== 1) return { code: codes.malformed }
  const opts = (parsed.additionals ?? []).filter(({ type }) => type === 'OPT')
  if (opts.length > 1) return { code: codes.malformed }
  const opt = opts[0] as { readonly udpPayloadSize: number; readonly ednsVersion: number } | undefined
  if (opt && opt.ednsVersion !== 0) return { code: codes.fine, edns: { extendedRcode: badVersion } }
  const isOurClass = asked.class === 'IN' || String(asked.class) === 'ANY'
  const reply =
    isOurClass && isPlain(asked.name, question)
      ? judged(asked.name, asked.type, lookup)
      : { code: codes.refused }
  return { ...reply, ...(opt && { edns: { extendedRcode: 0 }, udpBytes: opt.udpPayloadSize }) }
}

/** The answer to a message, or undefined for what is none that one could answer. */
export const answered = (message: Buffer, lookup: Lookup, isUdp: boolean): Buffer | undefined => {
  if (message.length < headerBytes || (message.readUInt16BE(2) & responseFlag) !== 0) return undefined
  const question = questionOf(message)
  const { udpBytes, ...reply } = replyTo(message, question, lookup)
  const room = Math.max(plainUdpBytes, Math.min(udpBytes ?? plainUdpBytes, ownUdpBytes))
  return written(message, question, reply, isUdp ? room : 65_535)
}
