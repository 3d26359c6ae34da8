// SPDX-License-Identifier: BSD-2-Clause
// What is behind an open port of a guest: another socket, to which all goes both ways, or the SSH port, where nobody can
// log in.
import { connect, type NetConnectOpts, type Socket } from 'node:net'

export type Door = (client: Socket) => void

const connectMilliseconds = 10_000

/**
 * Everything goes both ways, no faster than it is read, and each side may end what it sends before the other does. `onGone`
 * is told when nobody is behind it.
 */
export const relayTo =
  (target: NetConnectOpts, onGone: () => void = () => {}): Door =>
  client => {
    const upstream = connect({ ...target, allowHalfOpen: true })
    // Only TCP has resets.
    const isTcp = !('path' in target)
    let hasAnswered = false
    const abort = (): void => {
      client.resetAndDestroy()
      if (isTcp) upstream.resetAndDestroy()
      else upstream.destroy()
    }
    const fail = (): void => {
      if (!hasAnswered) onGone()
      abort()
    }
    client.once('error', abort)
    upstream.once('error', fail)
    upstream.setTimeout(connectMilliseconds, fail)
    client.once('close', () => upstream.destroySoon())
    upstream.once('connect', () => {
      hasAnswered = true
      upstream.setTimeout(0)
      upstream.setNoDelay(true)
      client.pipe(upstream)
      upstream.pipe(client)
      upstream.once('close', () => client.destroySoon())
    })
  }

const identification = 'SSH-2.0-mallee\r\n'
const byApplication = 11
const reason = 'This guest is simulated: it has no shell.'
const patienceMilliseconds = 10_000

/** SSH_MSG_DISCONNECT as a packet (RFC 4253, §6 and §11.1). */
const disconnectPacket = (): Buffer => {
  const text = Buffer.from(reason)
  const payload = Buffer.alloc(1 + 4 + 4 + text.length + 4)
  payload.writeUInt8(1, 0)
  payload.writeUInt32BE(byApplication, 1)
  payload.writeUInt32BE(text.length, 5)
  text.copy(payload, 9)
  const blockBytes = 8
  const leastPadding = 4
  const padding = blockBytes - ((5 + payload.length + leastPadding) % blockBytes) + leastPadding
  const head = Buffer.alloc(5)
  head.writeUInt32BE(1 + payload.length + padding, 0)
  head.writeUInt8(padding, 4)
  return Buffer.concat([head, payload, Buffer.alloc(padding)])
}

/** Says who it is, hears who asks, and takes leave as the protocol has it. */
export const sshDoor: Door = client => {
  let heard = ''
  client.on('error', () => client.destroy())
  client.setTimeout(patienceMilliseconds, () => client.destroy())
  client.write(identification)
  client.on('data', chunk => {
    if (heard.includes('\n')) return
    // The line has at most 255 characters; who sends more is no client.
    heard = (heard + (chunk as Buffer).toString('latin1')).slice(0, 512)
    if (heard.includes('\n')) client.end(disconnectPacket())
    else if (heard.length >= 512) client.destroy()
  })
  client.once('end', () => client.end())
  client.resume()
}
