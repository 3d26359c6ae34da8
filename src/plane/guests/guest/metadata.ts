// SPDX-License-Identifier: BSD-2-Clause
// What a guest asks the metadata service, by its own address, as it would on any cloud.
import { request } from 'node:http'
import { isIPv4 } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Asking {
  /** Of the cloud, such as `http://127.0.0.1:8773`. */
  readonly endpoint: string
  readonly instanceId: string
  readonly address: string
  /** Told with each attempt that failed. */
  onTrouble(text: string): void
}

const answerMilliseconds = 10_000
// As large as what a request to run instances can hold, and more.
const mostBytes = 2 ** 20

// As cloud-init does: two minutes.
const attempts = 30
const longestPauseMilliseconds = 5000

const ask = (target: string, localAddress: string | undefined): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const asked = request(target, { agent: false, ...(localAddress && { localAddress }) }, answer => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > mostBytes) asked.destroy(new Error('it is too large'))
        else chunks.push(chunk)
      })
      answer.once('error', reject)
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(Buffer.concat(chunks))
        else if (answer.statusCode === 404) resolve(undefined)
        else reject(new Error(`status ${answer.statusCode}`))
      })
    })
    asked.setTimeout(answerMilliseconds, () => asked.destroy(new Error('no answer')))
    asked.once('error', reject)
    asked.end()
  })

/** The user data, undefined where there is none. Tries again for two minutes, then rejects. */
export const userDataOf = async ({
  endpoint,
  instanceId,
  address,
  onTrouble,
}: Asking): Promise<Buffer | undefined> => {
  const host = new URL(endpoint).hostname
  // Who is not reached from addresses of IPv4 is asked by the path that names the instance.
  const [path, source] =
    isIPv4(host) || host === 'localhost' ? ['', address] : [`/metadata/${instanceId}`, undefined]
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask(`${endpoint}${path}/latest/user-data`, source)
    } catch (error) {
      const text = (error as Error).message
      if (attempt === attempts) throw error
      onTrouble(text)
      await pause(Math.min(200 * 2 ** (attempt - 1), longestPauseMilliseconds))
    }
  }
}
