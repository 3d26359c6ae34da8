// SPDX-License-Identifier: BSD-2-Clause
import { float, int, quoted } from '../cli/argument-types'
import { append, flag, option, positional } from '../cli/options'
import { local } from '../cli/suites'

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

export default local.command({
  summary: 'Say what an instance of the cloud in the data folder does, for its metrics',
  description:
    'Guests are simulated: until something else is said, an instance uses one percent of its processor, and neither reads ' +
    'nor writes nor sends. What is said holds from now on, is in each sample of five minutes, and is told without options. ' +
    'An instance is measured while its monitoring is enabled.',
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
    reset: flag('--reset', { help: 'forget what was said before' }),
  },
  call: async (context, { instance, metrics, ...change }) => {
    const { behave } = await import('../serve/instance-behavior')
    const { malleeHome } = await context.settings()
    return behave(malleeHome, instance, { ...change, metrics: Object.fromEntries(metrics) }, context)
  },
  rows: ({ instance, monitoring, metrics, process, ended }) => [
    [
      ...['BEHAVIOR', instance, monitoring ? 'monitoring-enabled' : 'monitoring-disabled'],
      ...Object.entries(metrics).map(([name, value]) => `${name}=${value}`),
      ...(process === undefined ? [] : [`process=${process}${ended ? ' (ended)' : ''}`]),
    ],
  ],
})
