// SPDX-License-Identifier: BSD-2-Clause
import { join } from 'node:path'
import { option } from '../cli/options'
import { local } from '../cli/suites'

const port = (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65535) throw new TypeError(`invalid port: '${text}'`)
  return value
}

const portOrNone = (text: string): number | 'none' => (text === 'none' ? text : port(text))

export default local.command({
  summary: 'Serve the cloud in the data folder to every client of this machine',
  description:
    'Speaks HTTP and HTTPS on one port until it is told to end (Ctrl-C, SIGTERM). Other clients find the services by ' +
    'the variables of the eucarc it names, or at the root of the same port as AWS SDKs expect. Load balancers listen, and ' +
    'instances answer, at addresses of their own in 127/8.',
  options: {
    host: option('--host', {
      metavar: 'ADDRESS',
      default: '127.0.0.1',
      help: 'address to listen on (default: %(default)s). Others than loopback let the network in',
    }),
    port: option('-p --port', {
      metavar: 'PORT',
      type: port,
      default: 8773,
      help: 'port to listen on; 0 takes a free one (default: %(default)s)',
    }),
    dnsPort: option('--dns-port', {
      metavar: 'PORT',
      type: portOrNone,
      default: 8753,
      help:
        'port of 127.0.0.1 on which names of load balancers and instances are answered for; 0 takes a free one, ' +
        'none: no names (default: %(default)s)',
    }),
    networking: option('--networking', {
      choices: ['vpc', 'classic'],
      help:
        'networks of a cloud that is not there yet: virtual private clouds, or one flat network as EC2 had before ' +
        'them (default: MALLEE_NETWORKING, else vpc). A cloud keeps what it was founded with',
    }),
    haproxy: option('--haproxy', {
      metavar: 'PATH',
      help: 'the HAProxy that balances, or built-in for the small proxy of this program (default: HAProxy where it is installed)',
    }),
  },
  call: async (context, { host, port, dnsPort, networking, haproxy }) => {
    const { serve } = await import('../serve/serve')
    const { malleeHome, networking: usual } = await context.settings()
    const running = await serve({
      home: malleeHome,
      host,
      port,
      networking,
      usualNetworking: usual,
      dnsPort: dnsPort === 'none' ? undefined : dnsPort,
      haproxy: haproxy === 'built-in' ? 'built in' : haproxy?.includes('/') ? context.path(haproxy) : haproxy,
      command: [process.execPath, join(context.io.packageRoot, 'bin', 'run.js')],
      onTrouble: text => void context.warn(text),
      onBug: error =>
        void context.warn(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    })
    context.defer(running.stop)
    await context.print(
      `Serving ${malleeHome} at ${running.endpoint}`,
      `To use it: source ${running.credentials}/eucarc`,
    )
    await new Promise<void>(resolve => {
      context.signal.addEventListener('abort', () => resolve(), { once: true })
      // Whoever waited for the lines above may have sent the signal already.
      if (context.signal.aborted) resolve()
    })
    return { endpoint: running.endpoint }
  },
})
