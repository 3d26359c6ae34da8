// SPDX-License-Identifier: BSD-2-Clause
// A client that costs little: requests are bytes made beforehand, connections stay open, and of an answer only its status
// and its length are read.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'

const endOfHead = '\r\n\r\n'

/** Reads answers off a socket one after the other; calls back at the end of each, with the bytes of its body. */
class Answers {
  readonly #done: (bodyBytes: number) => void
  #head: Buffer | undefined
  #left = 0
  #length = 0
  #isInBody = false

  constructor(done: (bodyBytes: number) => void) {
    this.#done = done
  }

  take(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (!this.#isInBody) {
        const head = this.#head ? Buffer.concat([this.#head, rest]) : rest
        const end = head.indexOf(endOfHead)
        if (end < 0) {
          this.#head = Buffer.from(head)
          return
        }
        this.#begin(head.toString('latin1', 0, end))
        rest = head.subarray(end + endOfHead.length)
      }
      const taken = Math.min(this.#left, rest.length)
      this.#left -= taken
      rest = rest.subarray(taken)
      if (this.#left === 0) {
        this.#isInBody = false
        this.#done(this.#length)
      }
    }
  }

  #begin(head: string): void {
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`answered ${head}`)
    this.#head = undefined
    this.#length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    this.#left = this.#length
    this.#isInBody = true
  }
}

// Large answers come in few pieces when there is room for them.
const receiveBytes = 1024 * 1024

export interface Where {
  readonly host?: string
  /** Whatever the certificate. */
  readonly isTls?: boolean
}

/** `onAnswer` is called at the end of every answer of the connection. */
export const open = async (
  port: number,
  onAnswer: (bodyBytes: number, socket: Socket) => void,
  { host = '127.0.0.1', isTls = false }: Where = {},
): Promise<Socket> => {
  const answers = new Answers(bytes => onAnswer(bytes, socket))
  const socket = isTls
    ? connectSecurely({ port, host, rejectUnauthorized: false })
    : plain(port, host, answers)
  if (isTls) socket.setNoDelay(true).on('data', part => answers.take(part))
  await once(socket, isTls ? 'secureConnect' : 'connect')
  return socket
}

/** Its pieces come in one buffer of its own. */
const plain = (port: number, host: string, answers: Answers): Socket => {
  const buffer = Buffer.allocUnsafeSlow(receiveBytes)
  return connect({
    port,
    host,
    noDelay: true,
    onread: {
      buffer,
      callback: size => {
        answers.take(buffer.subarray(0, size))
        return true
      },
    },
  })
}

export interface Load {
  readonly answers: number
  readonly seconds: number
}

/**
 * Send `requests` in turn for so many seconds, each connection the next one as soon as it was answered. Counted are the
 * answers of that time after a first part in which everything gets warm.
 */
export const load = async (
  port: number,
  requests: readonly Buffer[],
  {
    seconds,
    warmSeconds = 0,
    connections = 8,
    onStart,
    where,
  }: { seconds: number; warmSeconds?: number; connections?: number; onStart?: () => void; where?: Where },
): Promise<Load> => {
  let next = 0
  let answers = 0
  let isOver = false
  const send = (socket: Socket): void => {
    socket.write(requests[next++ % requests.length] ?? '')
  }
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      open(
        port,
        (_, socket) => {
          answers += 1
          if (isOver) socket.end()
          else send(socket)
        },
        where,
      ),
    ),
  )
  const ended = Promise.all(sockets.map(socket => once(socket, 'close')))
  for (const socket of sockets) send(socket)
  const pause = (duration: number): Promise<void> =>
    new Promise(resolve => setTimeout(resolve, duration * 1000))
  await pause(warmSeconds)
  answers = 0
  onStart?.()
  const started = performance.now()
  await pause(seconds)
  const result = { answers, seconds: (performance.now() - started) / 1000 }
  isOver = true
  await ended
  return result
}
