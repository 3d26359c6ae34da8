// SPDX-License-Identifier: BSD-2-Clause
// Talks to a running HAProxy: commands and answers over its socket, one at a time.
//
// A connection stays open as long as the process is wanted. One that gives its listeners over to a successor opens no
// new ones, but keeps what is open; and it stays as long as somebody is there to ask how many are still served.
import { connect, type Socket } from 'node:net'

const prompt = '\n> '
// A process that is stopped, or lost in itself, never answers, and nobody may wait for it for ever.
const patienceMilliseconds = 5000
const graceMilliseconds = 200

/** A command that had no answer in time. */
export class Unanswered extends Error {}

export class RuntimeSocket {
  readonly #socket: Socket
  #received = ''
  #waiting: { resolve: (text: string) => void; reject: (error: Error) => void } | undefined
  #last: Promise<unknown> = Promise.resolve()
  #failure: Error | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#take(text))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('HAProxy has closed its socket')))
  }

  /** Rejects as connecting does where nobody listens. */
  static async open(path: string): Promise<RuntimeSocket> {
    const socket = await new Promise<Socket>((resolve, reject) => {
      const candidate = connect({ path }, () => {
        candidate.off('error', reject)
        resolve(candidate)
      }).once('error', reject)
    })
    const opened = new RuntimeSocket(socket)
    await opened.ask('prompt')
    await opened.ask('set timeout cli 1728000')
    return opened
  }

  /** Send a command; its answer, without blanks around it. */
  ask(command: string): Promise<string> {
    const answer = this.#last.then(() => this.#ask(command))
    this.#last = answer.catch(() => {})
    return answer
  }

  close(): void {
    this.#socket.destroy()
  }

  #ask(command: string): Promise<string> {
    if (/[\n\r;]/.test(command)) throw new Error(`two commands in one: ${JSON.stringify(command)}`)
    if (this.#failure) throw this.#failure
    const answer = new Promise<string>((resolve, reject) => {
      this.#received = ''
      this.#waiting = { resolve, reject }
      this.#socket.write(`${command}\n`)
    })
    const late = (): void => this.#fail(new Unanswered('HAProxy does not answer'))
    // When it was this process that had no time, the answer is there, and read before the grace is over.
    let timer = setTimeout(() => {
      timer = setTimeout(late, graceMilliseconds)
    }, patienceMilliseconds)
    return answer.finally(() => clearTimeout(timer))
  }

  #take(text: string): void {
    this.#received += text
    if (!this.#received.endsWith(prompt)) return
    const answer = this.#received.slice(0, -prompt.length).trim()
    this.#waiting?.resolve(answer)
    this.#waiting = undefined
  }

  #fail(error: Error): void {
    this.#failure ??= error
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
