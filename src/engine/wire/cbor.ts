// SPDX-License-Identifier: BSD-2-Clause
// CBOR (RFC 8949) as smithy's RPC protocol has it.
//
//   readCbor(bytes)            → what JSON.parse would give of the same document: bytes as base64, instants as seconds
//   writeCbor(shape, output)   → bytes
//
// The reader believes no length that the bytes do not bear out: a few bytes may announce a list of four billion, or lists
// in lists without end. So it is one of our own; the SDK's sets aside what is announced.
import { elementOf, entryOf, membersOf, type Shape } from '../../schemas/shapes'

type Value = unknown

const deepest = 64

/** Bytes that are no document. */
export class CborError extends Error {
  override readonly name = 'CborError'
}

const wrong = (what: string): never => {
  throw new CborError(what)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const half = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * 2 ** -24 * fraction
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024)
}

const unsigned = 0
const negative = 1
const byteString = 2
const textString = 3
const array = 4
const map = 5
const tag = 6
const special = 7

const indefinite = 31
const breakByte = 0xff
const instantTag = 1

class Reader {
  #at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  document(): Value {
    const value = this.#value(0)
    return this.#at === this.#bytes.length ? value : wrong('more than one value')
  }

  #take(count: number): Buffer {
    const end = this.#at + count
    if (end > this.#bytes.length) wrong('cut off')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  /** The number that follows a first byte. */
  #argument(info: number): number {
    if (info < 24) return info
    if (info === 24) return this.#take(1).readUInt8()
    if (info === 25) return this.#take(2).readUInt16BE()
    if (info === 26) return this.#take(4).readUInt32BE()
    if (info === 27) return Number(this.#take(8).readBigUInt64BE())
    return wrong('unknown length')
  }

  #ends(): boolean {
    if (this.#bytes[this.#at] !== breakByte) return false
    this.#at += 1
    return true
  }

  #value(depth: number): Value {
    if (depth > deepest) wrong('too deep')
    const first = this.#take(1).readUInt8()
    const major = first >> 5
    const info = first & 31
    if (major === special) return this.#special(info)
    if (major === array) return this.#list(info, depth)
    if (major === map) return this.#map(info, depth)
    if (major === byteString) return this.#pieces(major, info).toString('base64')
    if (major === textString) return this.#text(this.#pieces(major, info))
    const number = this.#argument(info)
    if (major === tag) return number === instantTag ? this.#instant(depth) : wrong('unknown tag')
    return major === unsigned ? number : -1 - number
  }

  #instant(depth: number): Value {
    const seconds = this.#value(depth + 1)
    return typeof seconds === 'number' ? seconds : wrong('no instant')
  }

  #text(bytes: Buffer): string {
    try {
      return utf8.decode(bytes)
    } catch {
      return wrong('no UTF-8')
    }
  }

  #pieces(major: number, info: number): Buffer {
    if (info !== indefinite) return this.#take(this.#argument(info))
    const pieces: Buffer[] = []
    while (!this.#ends()) {
      const first = this.#take(1).readUInt8()
      if (first >> 5 !== major || (first & 31) === indefinite) wrong('unlike pieces')
      pieces.push(this.#take(this.#argument(first & 31)))
    }
    return Buffer.concat(pieces)
  }

  /** How many are to come; each is a byte at least. Undefined: until a break. */
  #count(info: number): number | undefined {
    if (info === indefinite) return undefined
    const count = this.#argument(info)
    return count > this.#bytes.length - this.#at ? wrong('cut off') : count
  }

  #list(info: number, depth: number): Value[] {
    const count = this.#count(info)
    const items: Value[] = []
    while (count === undefined ? !this.#ends() : items.length < count) items.push(this.#value(depth + 1))
    return items
  }

  #map(info: number, depth: number): Value {
    const count = this.#count(info)
    const entries: [string, Value][] = []
    while (count === undefined ? !this.#ends() : entries.length < count) {
      const key = this.#value(depth + 1)
      if (typeof key !== 'string') return wrong('a key that is no text')
      entries.push([key, this.#value(depth + 1)])
    }
    return Object.fromEntries(entries)
  }

  #special(info: number): Value {
    switch (info) {
      case 20:
        return false
      case 21:
        return true
      case 22:
      case 23:
        return null
      case 25:
        return half(this.#take(2).readUInt16BE())
      case 26:
        return this.#take(4).readFloatBE()
      case 27:
        return this.#take(8).readDoubleBE()
      default:
        return wrong('unknown value')
    }
  }
}

/** Throws CborError. */
export const readCbor = (bytes: Buffer): unknown => new Reader(bytes).document()

const head = (major: number, value: number): Buffer => {
  const first = major << 5
  if (value < 24) return Buffer.from([first | value])
  if (value < 0x100) return Buffer.from([first | 24, value])
  const bytes = Buffer.alloc(value < 0x10000 ? 3 : value < 0x1_0000_0000 ? 5 : 9)
  bytes[0] = first | (bytes.length === 3 ? 25 : bytes.length === 5 ? 26 : 27)
  if (bytes.length === 9) bytes.writeBigUInt64BE(BigInt(value), 1)
  else bytes.writeUIntBE(value, 1, bytes.length - 1)
  return bytes
}

const writeNumber = (value: number): Buffer => {
  if (Number.isSafeInteger(value) && !Object.is(value, -0))
    return value < 0 ? head(negative, -1 - value) : head(unsigned, value)
  return writeFloat(value)
}

const writeFloat = (value: number): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes[0] = (special << 5) | 27
  bytes.writeDoubleBE(value, 1)
  return bytes
}

const writeText = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return Buffer.concat([head(textString, bytes.length), bytes])
}

const writeBytes = (value: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(value as string)
  return Buffer.concat([head(byteString, bytes.length), bytes])
}

const writeEntries = (entries: readonly (readonly [string, Buffer])[]): Buffer =>
  Buffer.concat([head(map, entries.length), ...entries.flatMap(([name, value]) => [writeText(name), value])])

type Fields = Readonly<Record<string, Value>>

const isThere = (value: Value): boolean => value !== undefined && value !== null

/** A value by its schema. */
export const writeCbor = (shape: Shape, value: Value): Buffer => {
  switch (shape.kind) {
    case 'struct':
      return writeEntries(
        membersOf(shape)
          .filter(({ name }) => isThere((value as Fields)[name]))
          .map(({ name, shape: of }) => [name, writeCbor(of, (value as Fields)[name])]),
      )
    case 'map': {
      const { value: held } = entryOf(shape)
      return writeEntries(
        Object.entries(value as Fields).map(([name, item]) => [name, writeCbor(held, item)]),
      )
    }
    case 'list': {
      const items = value as readonly Value[]
      const element = elementOf(shape)
      return Buffer.concat([head(array, items.length), ...items.map(item => writeCbor(element, item))])
    }
    case 'timestamp':
      return Buffer.concat([head(tag, instantTag), writeNumber((value as Date).getTime() / 1000)])
    case 'blob':
      return writeBytes(value as Uint8Array | string)
    case 'number':
      return shape.isDouble ? writeFloat(Number(value)) : writeNumber(Number(value))
    case 'boolean':
      return Buffer.from([(special << 5) | (value ? 21 : 20)])
    default:
      return writeText(String(value))
  }
}
