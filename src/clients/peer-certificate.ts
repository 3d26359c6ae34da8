// SPDX-License-Identifier: BSD-2-Clause
// Asks a host for its certificate, as whoever writes down a fingerprint does: nothing is trusted yet, so nothing is
// verified.
import { connect } from 'node:tls'
import type { Settings } from '../config'
import { ClientError } from './errors'
import { failure } from './http-transport'
import { targetOf } from './target'

/** The certificate that the host of an https URL shows, in DER. Rejects with ClientError, or the signal's reason. */
export const peerCertificate = (
  url: string,
  { timeoutSeconds }: Pick<Settings, 'timeoutSeconds'>,
  signal?: AbortSignal,
): Promise<Buffer> => {
  const target = targetOf(url)
  const { hostname, port } = target
  return new Promise<Buffer>((resolve, reject) => {
    signal?.throwIfAborted()
    const isName = !/^[\d.]+$|:/.test(hostname)
    const socket = connect({
      host: hostname,
      port,
      rejectUnauthorized: false,
      ...(isName && { servername: hostname }),
    })
    const leave = () => socket.destroy(new Error('aborted'))
    const timer = setTimeout(
      () => socket.destroy(new ClientError('timeout', 'request timed out')),
      Math.max(1, timeoutSeconds * 1000),
    )
    signal?.addEventListener('abort', leave, { once: true })
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate()
      if (raw) resolve(raw)
      else reject(new ClientError('connection', `connection error (${hostname}:${port}: no certificate)`))
      socket.destroy()
    })
    socket.once('error', error => reject(failure(error, target, signal)))
    socket.once('close', () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', leave)
      // After an answer or an error this says nothing more.
      reject(new ClientError('connection', `connection error (${hostname}:${port}: closed)`))
    })
  })
}
