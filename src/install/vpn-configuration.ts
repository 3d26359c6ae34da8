// SPDX-License-Identifier: BSD-2-Clause
// What is shown of the configurations of VPN connections: the documents as they are, or what a stylesheet makes of them. The
// original had libxslt in its process; here it is that library's own program, xsltproc, which systems have or can have.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { VpnConnection } from '@aws-sdk/client-ec2'
import { httpGet } from '../catalog/http'
import type { Context } from '../cli/context'

export interface ShownAs {
  readonly format: string | undefined
  readonly stylesheet: string | undefined
}

type Show = (connections: readonly VpnConnection[]) => Promise<Readonly<Record<string, string>>>

const largestStylesheet = 16 * 2 ** 20

const nothing: Show = async () => ({})

const documents: Show = async connections =>
  Object.fromEntries(
    connections.map(one => [one.VpnConnectionId ?? '', one.CustomerGatewayConfiguration ?? '']),
  )

const download = async (context: Context, address: string): Promise<string> => {
  const { body } = await httpGet(new URL(address), { signal: context.signal })
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > largestStylesheet) throw new Error(`${address} is too large for a stylesheet`)
    pieces.push(piece)
  }
  const folder = await mkdtemp(join(tmpdir(), 'mallee-'))
  context.defer(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'stylesheet.xsl')
  await writeFile(file, Buffer.concat(pieces))
  return file
}

/** Where the stylesheet is on this machine. Its own parts are looked for beside it. */
const fileOf = async (context: Context, stylesheet: string): Promise<string> => {
  if (/^https?:\/\//.test(stylesheet)) return download(context, stylesheet)
  const file = stylesheet.replace(/^file:\/\//, '')
  await context.read(file)
  return context.path(file)
}

/** Neither does a stylesheet write files here, nor does it ask for any over a network. */
const guarded = ['--nonet', '--nowrite', '--nomkdir']

const run = (context: Context, args: readonly string[], input: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { env } = context.io
    const options = { env: { ...env }, signal: context.signal, maxBuffer: 2 ** 28 }
    const child = execFile('xsltproc', args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      if (error.code === 'ENOENT') {
        return reject(
          new Error(
            'stylesheets need the program xsltproc, which is not there; "--format xml" shows the configuration as it is',
          ),
        )
      }
      const [first = ''] = stderr.split('\n')
      reject(
        context.signal.aborted ? context.signal.reason : new Error(`stylesheet: ${first || error.message}`),
      )
    })
    // It may have ended before it read anything; then its own error says why.
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(input)
  })

const transformed = async (context: Context, stylesheet: string): Promise<Show> => {
  const file = await fileOf(context, stylesheet)
  // Asked now, as nothing has been changed yet.
  await run(context, ['--version'], '')
  return async connections => {
    const shown: Record<string, string> = {}
    for (const { VpnConnectionId = '', CustomerGatewayConfiguration } of connections) {
      if (!CustomerGatewayConfiguration) continue
      shown[VpnConnectionId] = await run(context, [...guarded, file, '-'], CustomerGatewayConfiguration)
    }
    return shown
  }
}

/**
 * How configurations are to be shown, found out before anything is asked for. `usual` is for who says nothing of it: a new
 * connection is shown with its configuration, lists are not.
 */
export const configurationShow = async (
  context: Context,
  { format, stylesheet }: ShownAs,
  usual: 'xml' | 'none',
): Promise<Show> => {
  if (format === undefined && stylesheet) return transformed(context, stylesheet)
  const wanted = format ?? usual
  if (wanted === 'none') return nothing
  if (wanted === 'xml') return documents
  const template = stylesheet || (await context.settings()).regionOption('vpn-stylesheet')
  if (template) return transformed(context, template.replaceAll('{format}', wanted))
  await context.warn(
    'current region has no XSLT stylesheet to format output; connection info will not be shown  (try specifying one with "--stylesheet" or using "--format xml")',
  )
  return nothing
}
