// SPDX-License-Identifier: BSD-2-Clause
// What `eucaconsole` is in a guest: a web server in the place of the Management Console, with its settings. Its one page
// says what it is, where it is, and whether the cloud answers that it is for.
import { readFileSync, rmSync } from 'node:fs'
import { createServer, request, type ServerResponse } from 'node:http'
import type { FromService, ToService } from '../messages'
import { consoleFile } from './packages'
import { socketOf } from './services'

export interface ConsoleSettings {
  readonly cloudHost: string
  readonly cloudPort: number
  readonly port: number
  readonly isSecure: boolean
}

const portOf = (text: string | undefined, otherwise: number, name: string): number => {
  if (text === undefined) return otherwise
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new Error(`${name} in ${consoleFile} is no port: ${text.slice(0, 40)}`)
  return port
}

/** What the console's file says, by the names of all its releases. */
export const settingsOf = (ini: string): ConsoleSettings => {
  const values = new Map<string, string>()
  for (const line of ini.split(/\r?\n/)) {
    const match = /^[ \t]*([\w.]+)[ \t]*[=:][ \t]*(.*?)[ \t]*$/.exec(line)
    if (match) values.set(match[1] ?? '', match[2] ?? '')
  }
  const cloudHost = values.get('ufshost') ?? values.get('clchost') ?? 'localhost'
  if (!/^[\w.:-]{1,255}$/.test(cloudHost)) throw new Error(`ufshost in ${consoleFile} is no host`)
  return {
    cloudHost,
    cloudPort: portOf(values.get('ufsport') ?? values.get('clcport'), 8773, 'ufsport'),
    port: portOf(values.get('uiport'), 8888, 'uiport'),
    isSecure: /^(?:true|yes|on|1)$/i.test(values.get('session.secure') ?? ''),
  }
}

const patienceMilliseconds = 1000
// A balancer looks at the page all the time, which is no reason to ask the cloud as often.
const freshMilliseconds = 2000

/** Whether anything that speaks HTTP answers there. */
const answers = ({ cloudHost, cloudPort }: ConsoleSettings): Promise<boolean> =>
  new Promise(resolve => {
    const asked = request(
      { host: cloudHost, port: cloudPort, method: 'HEAD', path: '/', agent: false },
      answer => {
        answer.resume()
        resolve(true)
      },
    )
    asked.setTimeout(patienceMilliseconds, () => asked.destroy(new Error('no answer')))
    asked.once('error', () => resolve(false))
    asked.end()
  })

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

const page = ({ instanceId, zone }: ToService, settings: ConsoleSettings, isThere: boolean): string => {
  const cloud = escaped(`${settings.cloudHost}:${settings.cloudPort}`)
  const rows = [
    ['Instance', escaped(instanceId)],
    ['Zone', escaped(zone)],
    ['Cloud', `${cloud}: ${isThere ? 'answers' : 'does not answer'}`],
    ['Cookies', settings.isSecure ? 'over HTTPS only' : 'over HTTP, too'],
  ].map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`)
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Management Console</title></head>
<body>
<h1>Management Console</h1>
<p>This is not the console. It is a small web server of mallee that stands in its place in this guest.</p>
<table>
${rows.join('\n')}
</table>
</body>
</html>
`
}

const send = (
  response: ServerResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
    ...headers,
  })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

const failure = (status: number, title: string): string =>
  `<!DOCTYPE html>\n<html lang="en"><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>\n`

/** Serve on the guest's socket; gives the port that the settings want it to have. */
export const serveConsole = async (start: ToService, ini: string, socket: string): Promise<number> => {
  const settings = settingsOf(ini)
  let known: { readonly at: number; readonly isThere: Promise<boolean> } | undefined
  const isThere = (): Promise<boolean> => {
    if (!known || performance.now() - known.at > freshMilliseconds) {
      known = { at: performance.now(), isThere: answers(settings) }
    }
    return known.isThere
  }
  const server = createServer((asked, response) => {
    // What was sent with a request is of no use to this page.
    asked.resume()
    const path = (asked.url ?? '/').split('?')[0]
    if (asked.method !== 'GET' && asked.method !== 'HEAD') {
      send(response, 405, failure(405, 'Method Not Allowed'), { allow: 'GET, HEAD' })
    } else if (path !== '/') send(response, 404, failure(404, 'Not Found'))
    else void isThere().then(there => send(response, 200, page(start, settings, there)))
  })
  // One that was killed leaves its socket behind.
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path: socket, backlog: 1024 }, resolve)
  })
  return settings.port
}

/** Be the service, in the guest's folder, until the guest ends. */
export const runConsole = async (): Promise<void> => {
  process.once('disconnect', () => process.exit(0))
  const tell = (message: FromService): void => void process.send?.(message, () => {})
  process.once('message', (start: ToService) => {
    const begin = async (): Promise<void> => {
      const port = await serveConsole(
        start,
        readFileSync(`root${consoleFile}`, 'utf8'),
        socketOf('eucaconsole'),
      )
      tell({ kind: 'listening', port })
    }
    begin().catch((error: Error) => tell({ kind: 'failed', reason: error.message }))
  })
  await new Promise(() => {})
}
