// SPDX-License-Identifier: BSD-2-Clause
// Asking what a guest has open.
import { request } from 'node:http'
import { connect } from 'node:net'

export interface Answer {
  readonly status: number | undefined
  readonly type: string | undefined
  readonly text: string
}

/** What a port answers, asked from an address. Rejects as the connection fails. */
export const ask = (host: string, port: number, from?: string, path = '/', method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host, port, path, method, agent: false, ...(from && { localAddress: from }) },
      answer => {
        let text = ''
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        answer.once('error', reject)
        answer.once('end', () =>
          resolve({ status: answer.statusCode, type: answer.headers['content-type'], text }),
        )
      },
    )
    asked.once('error', reject)
    asked.end()
  })

/** All that a port says to somebody who says this and then no more. */
export const exchange = (host: string, port: number, said: string | Buffer = ''): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host, port, allowHalfOpen: true })
    socket.on('data', chunk => chunks.push(chunk as Buffer))
    socket.once('error', reject)
    socket.once('end', () => {
      resolve(Buffer.concat(chunks))
      socket.destroy()
    })
    socket.end(said)
  })
