// SPDX-License-Identifier: BSD-2-Clause
import { float, int, quoted } from '../cli/argument-types'
import { append, flag, option, positional } from '../cli/options'
import { local } from '../cli/suites'
import type { BehaviorInForce, ForwardChange } from '../serve/instance-behavior'

type Forward = NonNullable<BehaviorInForce['forwards']>[number]

const percent = (text: string): number => {
  const value = float(text)
  if (!(value >= 0 && value <= 100)) throw new TypeError(`${quoted(text)} must be between 0 and 100`)
  return value
}

const named = (text: string): readonly [string, number] => {
  const at = text.indexOf('=')
  if (at < 1) throw new TypeError(`${quoted(text)} must have form NAME=VALUE`)
  return [text.slice(0, at), float(text.slice(at + 1))]
}

const portIn = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new TypeError(`${quoted(text)} is no port`)
  return port
}

const forward = (text: string): ForwardChange => {
  const [, port, target, name, address = name, hostPort] =
    /^(\d+)=(none|(?:([\w.-]+)|\[([\da-fA-F:.]+)\]):(\d+))$/.exec(text) ?? []
  if (port === undefined) throw new TypeError(`${quoted(text)} must have form PORT=HOST:PORT or PORT=none`)
  if (target === 'none') return { port: portIn(port) }
  return { port: portIn(port), to: { host: address ?? '', hostPort: portIn(hostPort ?? '') } }
}

const shown = ({ port, host, hostPort }: Forward): string =>
  `forward=${port}=${host.includes(':') ? `[${host}]` : host}:${hostPort}`

export default local.command({
  summary: 'Say what an instance of the cloud in the data folder does, for its metrics and on its ports',
  description:
    'Guests are simulated: until something else is said, an instance uses one percent of its processor, and neither reads ' +
    'nor writes nor sends. What is said holds from now on, is in each sample of five minutes, and is told without options. ' +
    'An instance is measured while its monitoring is enabled. A program of this machine may answer on a port in place of ' +
    'the instance, at its private address, while the cloud is served; the rules of its groups hold for it.',
  options: {
    instance: positional('INSTANCE', { help: 'ID of the instance (required)' }),
    cpu: option('--cpu', { metavar: 'PERCENT', type: percent, help: 'how much of its processor it uses' }),
    metrics: append('--metric', {
      metavar: 'NAME=VALUE',
      type: named,
      help: 'what each sample says of a metric of AWS/EC2, or of AWS/EBS for each of its volumes (may be given several times)',
    }),
    pid: option('--process', {
      metavar: 'PID',
      type: int,
      help: "process of this machine whose use of processor and disk is the instance's",
    }),
    forwards: append('--forward', {
      metavar: 'PORT=HOST:PORT',
      type: forward,
      help:
        'port of the instance on which a program of this machine answers, and where that is; PORT=none takes it back ' +
        '(may be given several times)',
    }),
    reset: flag('--reset', { help: 'forget what was said before' }),
  },
  call: async (context, { instance, metrics, ...change }) => {
    const { behave } = await import('../serve/instance-behavior')
    const { malleeHome } = await context.settings()
    const inForce = await behave(
      malleeHome,
      instance,
      { ...change, metrics: Object.fromEntries(metrics) },
      context,
    )
    if (inForce.unserved) {
      await context.warn('No server runs on the folder: ports are answered as soon as `mallee serve` does')
    }
    return inForce
  },
  rows: ({ instance, monitoring, metrics, process, ended, forwards = [] }) => [
    [
      ...['BEHAVIOR', instance, monitoring ? 'monitoring-enabled' : 'monitoring-disabled'],
      ...Object.entries(metrics).map(([name, value]) => `${name}=${value}`),
      ...(process === undefined ? [] : [`process=${process}${ended ? ' (ended)' : ''}`]),
      ...forwards.map(shown),
    ],
  ],
})
